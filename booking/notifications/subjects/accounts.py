"""Notifications about accounts: sign-in codes, invitations, and changes of sign-in methods.

The words are the same whether or not an address is known. Each function opens a transaction of
its own if the caller has none, since views and forms of allauth call them.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, Notification, Priority
from booking.notifications.kinds import NotificationKind, PlaceholderValues, WhenOverBudget
from booking.notifications.outbox import enqueue
from clinic.lib.dates import clock

SIGN_IN_CODE_VALID_MINUTES = 15
ACCOUNT_CHANGES = {
    "mfa/email/totp_activated": _("an authenticator app was added."),
    "mfa/email/totp_deactivated": _("the authenticator app was removed."),
    "mfa/email/webauthn_added": _("a passkey was added."),
    "mfa/email/webauthn_removed": _("a passkey was removed."),
    "mfa/email/recovery_codes_generated": _("new recovery codes were made."),
    "account/email/password_changed": _("the password was changed."),
    "account/email/password_set": _("a password was set."),
}
"""The mail templates of allauth that are sent, and what each says has changed."""


def notify_sign_in_code(email: str, code: str) -> None:
    """Send a sign-in code, which is valid for 15 minutes."""
    _notify(
        SIGN_IN_CODE,
        email,
        valid_minutes=SIGN_IN_CODE_VALID_MINUTES,
        data={"code": code},
        by_visitor=True,
    )


def notify_staff_sign_in(email: str) -> None:
    """Tell a member of staff who asked for a sign-in code that staff sign in without one."""
    _notify(STAFF_CODE_REFUSED, email, valid_minutes=SIGN_IN_CODE_VALID_MINUTES, by_visitor=True)


def notify_account_changed(email: str, template: str) -> None:
    """Tell the account's owner what changed; `template` is allauth's mail template prefix.

    Templates that are not in ACCOUNT_CHANGES send nothing.
    """
    if template in ACCOUNT_CHANGES:
        _notify(ACCOUNT_CHANGED, email, data={"change": str(ACCOUNT_CHANGES[template])})


def notify_invitation(email: str, name: str, link: str) -> None:
    """Send a new member of staff the link to accept an invitation."""
    _notify(STAFF_INVITATION, email, name=name, data={"link": link})


def _notify(
    kind: NotificationKind,
    email: str,
    *,
    name: str = "",
    valid_minutes: int | None = None,
    data: Mapping[str, str] | None = None,
    by_visitor: bool = False,
) -> None:
    give_up_at = clock.now() + timedelta(minutes=valid_minutes) if valid_minutes else None
    with transaction.atomic():
        enqueue(
            kind.name,
            key=f"{kind.name}:{uuid4().hex}",
            to=email,
            to_name=name,
            data=data,
            give_up_at=give_up_at,
            by_visitor=by_visitor,
        )


def _account_values(_notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    clinic = ClinicProfile.current()
    values = {name: str(value) for name, value in data.items()}
    return {"clinic": clinic.name if clinic else str(_("the clinic"))} | values


def _account_sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    return {"code": "ABC-DEF", "change": gettext("a passkey was added.")}


CLINIC_PLACEHOLDER = {"clinic": _("the clinic's name")}

SIGN_IN_CODE = NotificationKind(
    name="sign_in_code",
    priority=Priority.SIGN_IN,
    label=_("Code to sign in"),
    subject=_("Your code to sign in"),
    body=_(
        "Your code to sign in at {clinic} is:\n\n{code}\n\n"
        "It is valid for 15 minutes. If you did not ask for it, you need do nothing."
    ),
    placeholders=CLINIC_PLACEHOLDER | {"code": _("the code")},
    resend_refusal=_("A code is valid for a few minutes. They can ask for a new one."),
    get_values=_account_values,
    get_sample_values=_account_sample_values,
    required_placeholders=frozenset({"code"}),
    is_secret=True,
    over_budget=WhenOverBudget.DROP,
)
STAFF_CODE_REFUSED = NotificationKind(
    name="staff_sign_in",
    priority=Priority.SIGN_IN,
    label=_("A code was asked for a member of staff"),
    subject=_("Signing in"),
    body=_(
        "Somebody, perhaps you, asked for a code to sign in at {clinic} with this address. "
        "The team does not sign in with codes: please use your password or passkey. If it "
        "was not you, you need do nothing."
    ),
    placeholders=CLINIC_PLACEHOLDER,
    get_values=_account_values,
    over_budget=WhenOverBudget.DROP,
)
STAFF_INVITATION = NotificationKind(
    name="staff_invitation",
    priority=Priority.LINK,
    label=_("Invitation to the team"),
    subject=_("Your invitation to {clinic}"),
    body=_(
        "You are invited to join the team of {clinic}. Open the link below and choose a "
        "password. It works once, for 7 days. Please do not pass it on."
    ),
    placeholders=CLINIC_PLACEHOLDER | {"link": _("the link")},
    resend_refusal=_("Its link cannot be made again. Please send a new invitation, under Team."),
    get_values=_account_values,
    action=(_("Accept the invitation"), "link"),
    is_secret=True,
)
ACCOUNT_CHANGED = NotificationKind(
    name="account_changed",
    label=_("Something about signing in has changed"),
    subject=_("A change to how you sign in"),
    body=_(
        "The way you sign in at {clinic} has just changed: {change} If it was not you, "
        "please call us at once."
    ),
    placeholders=CLINIC_PLACEHOLDER | {"change": _("what has changed")},
    get_values=_account_values,
    get_sample_values=_account_sample_values,
    required_placeholders=frozenset({"change"}),
)
