"""What is said about accounts: short, plain, and the same whoever asks."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, Notification
from booking.notifications.kinds import NotificationKind, register_kind


def _account_context(_message: Notification, data: Mapping[str, Any]) -> Mapping[str, str]:
    clinic = ClinicProfile.current()
    given = {name: str(value) for name, value in data.items()}
    return {"clinic": clinic.name if clinic else str(_("the clinic"))} | given


CLINIC_PLACEHOLDER = {"clinic": _("the clinic's name")}

SIGN_IN_CODE = register_kind(
    NotificationKind(
        name="sign_in_code",
        label=_("Code to sign in"),
        subject=_("Your code to sign in"),
        body=_(
            "Your code to sign in at {clinic} is:\n\n{code}\n\n"
            "It is valid for 15 minutes. If you did not ask for it, you need do nothing."
        ),
        placeholders=CLINIC_PLACEHOLDER | {"code": _("the code")},
        context=_account_context,
        needs=frozenset({"code"}),
        secret=True,
    )
)
STAFF_CODE_REFUSED = register_kind(
    NotificationKind(
        name="staff_sign_in",
        label=_("A code was asked for a member of staff"),
        subject=_("Signing in"),
        body=_(
            "Somebody, perhaps you, asked for a code to sign in at {clinic} with this address. "
            "The team does not sign in with codes: please use your password or passkey. If it "
            "was not you, you need do nothing."
        ),
        placeholders=CLINIC_PLACEHOLDER,
        context=_account_context,
    )
)
STAFF_INVITATION = register_kind(
    NotificationKind(
        name="staff_invitation",
        label=_("Invitation to the team"),
        subject=_("Your invitation to {clinic}"),
        body=_(
            "You are invited to join the team of {clinic}. Open the link below and choose a "
            "password. It works once, for 7 days. Please do not pass it on."
        ),
        placeholders=CLINIC_PLACEHOLDER | {"link": _("the link")},
        context=_account_context,
        action=(_("Accept the invitation"), "link"),
        secret=True,
    )
)
ACCOUNT_CHANGED = register_kind(
    NotificationKind(
        name="account_changed",
        label=_("Something about signing in has changed"),
        subject=_("A change to how you sign in"),
        body=_(
            "The way you sign in at {clinic} has just changed: {change} If it was not you, "
            "please call us at once."
        ),
        placeholders=CLINIC_PLACEHOLDER | {"change": _("what has changed")},
        context=_account_context,
        needs=frozenset({"change"}),
    )
)
