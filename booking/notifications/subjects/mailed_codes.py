"""Mails with a code: to prove an address before a hold, and to authenticate again."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, Notification, Priority, User
from booking.notifications.kinds import NotificationKind, PlaceholderValues, WhenOverBudget
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line
from booking.queries.patients import mailed_codes
from booking.queries.patients.mailed_codes import CODE_VALID_FOR, notification_code
from clinic.lib.dates import clock


def notify_email_code(email: str) -> Notification:
    """Queue a code that proves an address. Return the notification, for the code's token."""
    return _enqueue_code(EMAIL_CODE, email)


def notify_identity_code(user: User) -> Notification:
    """Queue a code with which the user authenticates again. Return the notification."""
    return _enqueue_code(IDENTITY_CODE, user.email)


def _enqueue_code(kind: NotificationKind, email: str) -> Notification:
    return enqueue(
        kind.name,
        key=f"{kind.name}:{uuid4()}",
        to=email,
        give_up_at=clock.now() + CODE_VALID_FOR,
        by_visitor=True,
    )


def _values(notification: Notification, _data: Mapping[str, Any]) -> PlaceholderValues:
    clinic = ClinicProfile.objects.get()
    return {"clinic": clean_line(clinic.name), "code": notification_code(notification)}


def _sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    return {"code": "123456"}


PLACEHOLDERS = {"clinic": _("the clinic's name"), "code": _("the code")}
EMAIL_CODE = NotificationKind(
    name=mailed_codes.EMAIL_CODE,
    priority=Priority.SIGN_IN,
    label=_("Code to confirm an address, before a time is kept"),
    subject=_("Your code: {code}"),
    body=_(
        "Hello,\n\nThis is your code for {clinic}:\n\n{code}\n\nType it on the page where you "
        "chose a time. It is valid for 15 minutes.\n\n"
        "Was it not you? Then you need do nothing, and nothing is booked."
    ),
    placeholders=PLACEHOLDERS,
    required_placeholders=frozenset({"code"}),
    get_values=_values,
    get_sample_values=_sample_values,
    is_secret=True,
    over_budget=WhenOverBudget.DROP,
)
IDENTITY_CODE = NotificationKind(
    name=mailed_codes.IDENTITY_CODE,
    priority=Priority.SIGN_IN,
    label=_("Code to show again who is signed in"),
    subject=_("Your code: {code}"),
    body=_(
        "Hello,\n\nThis is your code to continue at {clinic}:\n\n{code}\n\nType it on the page "
        "that asks for it. It is valid for 15 minutes.\n\n"
        "Was it not you? Then somebody else may be using your account: please sign out all "
        "devices under “Devices”, or call us."
    ),
    placeholders=PLACEHOLDERS,
    required_placeholders=frozenset({"code"}),
    get_values=_values,
    get_sample_values=_sample_values,
    resend_refusal=_("A code is valid for a few minutes. They can ask for a new one."),
    is_secret=True,
    over_budget=WhenOverBudget.DROP,
)
