"""The mail with the code that shows again who is signed in."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, Notification, Priority, User
from booking.notifications.kinds import NotificationKind, PlaceholderValues, WhenOverBudget
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line
from booking.queries.patients.identity_codes import (
    CODE_VALID_FOR,
    NOTIFICATION_KIND,
    identity_code,
)
from clinic.lib.dates import clock


def notify_identity_code(user: User) -> Notification:
    """Queue the code for the user's address and return the notification that it belongs to."""
    return enqueue(
        NOTIFICATION_KIND,
        key=f"{NOTIFICATION_KIND}:{uuid4()}",
        to=user.email,
        give_up_at=clock.now() + CODE_VALID_FOR,
        by_visitor=True,
    )


def _values(notification: Notification, _data: Mapping[str, Any]) -> PlaceholderValues:
    clinic = ClinicProfile.objects.get()
    return {"clinic": clean_line(clinic.name), "code": identity_code(notification)}


def _sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    return {"code": "123456"}


IDENTITY_CODE = NotificationKind(
    name=NOTIFICATION_KIND,
    priority=Priority.SIGN_IN,
    label=_("Code to show again who is signed in"),
    subject=_("Your code: {code}"),
    body=_(
        "Hello,\n\nThis is your code to continue at {clinic}:\n\n{code}\n\nType it on the page "
        "that asks for it. It is valid for 15 minutes.\n\n"
        "Was it not you? Then somebody else may be using your account: please sign out all "
        "devices under “Devices”, or call us."
    ),
    placeholders={"clinic": _("the clinic's name"), "code": _("the code")},
    required_placeholders=frozenset({"code"}),
    get_values=_values,
    get_sample_values=_sample_values,
    resend_refusal=_("A code is valid for a few minutes. They can ask for a new one."),
    is_secret=True,
    over_budget=WhenOverBudget.DROP,
)
