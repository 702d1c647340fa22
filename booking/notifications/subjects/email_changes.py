"""Mails about a change of address: the code to the new address, the notice to the old one."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, EmailChange, Notification, Priority
from booking.models.email_changes import CODE_VALID_FOR, UNDO_PERIOD
from booking.notifications.kinds import NotificationKind, PlaceholderValues, WhenOverBudget
from booking.notifications.links import absolute_url
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line, mask_email
from booking.queries.patients.email_changes import change_code, undo_token
from clinic.lib.dates import clock


def notify_change_code(change: EmailChange, *, is_taken: bool) -> None:
    """Mail the new address the code, or if `is_taken` that it already has an account."""
    kind = EMAIL_CHANGE_REFUSED if is_taken else EMAIL_CHANGE_CODE
    enqueue(
        kind.name,
        key=f"{kind.name}:{change.public_id}",
        to=change.new_email,
        data={"change": str(change.public_id)},
        give_up_at=clock.now() + CODE_VALID_FOR,
        by_visitor=True,
    )


def notify_email_changed(change: EmailChange) -> None:
    """Mail the old address that it was replaced, with the link that restores it."""
    enqueue(
        EMAIL_CHANGED.name,
        key=f"{EMAIL_CHANGED.name}:{change.public_id}",
        to=change.old_email,
        data={"change": str(change.public_id)},
    )


def _change_of(data: Mapping[str, Any]) -> EmailChange:
    return EmailChange.objects.get(public_id=data["change"])


def _values(_notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    change, clinic = _change_of(data), ClinicProfile.objects.get()
    return {
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "code": change_code(change),
        "new": mask_email(change.new_email),
        "link": absolute_url("email-change-undo", undo_token(change)),
    }


def _sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    sample = EmailChange(old_email="ana@example.com", new_email="reader@example.com")
    return {
        "code": "123456",
        "new": mask_email(sample.new_email),
        "link": absolute_url("email-change-undo", undo_token(sample)),
    }


def _awaits_code(notification: Notification, now: datetime) -> bool:
    public_id = json.loads(notification.data)["change"]
    change = EmailChange.objects.filter(public_id=public_id).first()
    return change is not None and change.awaits_code(now)


COMMON_PLACEHOLDERS = {
    "clinic": _("the clinic's name"),
    "phone": _("the clinic's phone number"),
}
EMAIL_CHANGE_CODE = NotificationKind(
    name="email_change_code",
    priority=Priority.SIGN_IN,
    label=_("Code to change the e-mail address, to the new one"),
    subject=_("Your code: {code}"),
    body=_(
        "Hello,\n\nThis is your code to use this address at {clinic} from now on:\n\n{code}\n\n"
        "Type it on the page where you changed the address. It is valid for 15 minutes.\n\n"
        "Was it not you? Then you need do nothing, and nothing changes."
    ),
    placeholders=COMMON_PLACEHOLDERS | {"code": _("the code")},
    required_placeholders=frozenset({"code"}),
    get_values=_values,
    get_sample_values=_sample_values,
    is_still_wanted=_awaits_code,
    resend_refusal=_("A code is valid for a few minutes. They can ask for a new one."),
    is_secret=True,
    over_budget=WhenOverBudget.DROP,
)
EMAIL_CHANGE_REFUSED = NotificationKind(
    name="email_change_refused",
    priority=Priority.SIGN_IN,
    label=_("The new e-mail address has an account already"),
    subject=_("Your e-mail address"),
    body=_(
        "Hello,\n\nSomebody, perhaps you, wanted to use this address for another account at "
        "{clinic}. It has an account already, so nothing has changed. If you have two accounts, "
        "please call us at {phone}, and we will join them.\n\n"
        "Was it not you? Then you need do nothing."
    ),
    placeholders=COMMON_PLACEHOLDERS,
    get_values=_values,
    resend_refusal=_("It answers something that somebody did on our pages."),
    over_budget=WhenOverBudget.DROP,
)
EMAIL_CHANGED = NotificationKind(
    name="email_changed",
    priority=Priority.LINK,
    label=_("The e-mail address was changed, to the old one"),
    subject=_("Your e-mail address was changed"),
    body=_(
        "Hello,\n\nMails from {clinic} go to {new} from now on, and you sign in with that "
        "address. If that was you, you need do nothing.\n\n"
        "Was it not you? Open this page and press the button there: your mails come here again, "
        "and everybody is signed out. The link is valid for 14 days. You can also call us at "
        "{phone}."
    ),
    placeholders=COMMON_PLACEHOLDERS
    | {
        "new": _("the new address, mostly hidden"),
        "link": _("the address of the page that restores the old address"),
    },
    get_values=_values,
    get_sample_values=_sample_values,
    action=(_("It was not me"), "link"),
    give_up_after=UNDO_PERIOD,
    is_secret=True,
)
