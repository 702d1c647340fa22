"""The mail with the code that proves an address before a time is held."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, Notification, Priority
from booking.notifications.kinds import NotificationKind, PlaceholderValues, WhenOverBudget
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line
from booking.queries.patients.email_codes import NOTIFICATION_KIND, email_code


def notify_email_code(email: str, *, give_up_at: datetime) -> Notification:
    """Queue the code for an address and return the notification, which the code belongs to."""
    return enqueue(
        NOTIFICATION_KIND,
        key=f"{NOTIFICATION_KIND}:{uuid4()}",
        to=email,
        give_up_at=give_up_at,
        by_visitor=True,
    )


def email_code_values(notification: Notification, _data: Mapping[str, Any]) -> dict[str, str]:
    """Return the clinic's name and the code."""
    clinic = ClinicProfile.objects.get()
    return {"clinic": clean_line(clinic.name), "code": email_code(notification)}


def email_code_sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    """Return a code that is none."""
    return {"code": "123456"}


EMAIL_CODE = NotificationKind(
    name=NOTIFICATION_KIND,
    priority=Priority.SIGN_IN,
    label=_("Code to confirm an address, before a time is kept"),
    subject=_("Your code: {code}"),
    body=_(
        "Hello,\n\nThis is your code for {clinic}:\n\n{code}\n\nType it on the page where you "
        "chose a time. It is valid for 15 minutes.\n\n"
        "Was it not you? Then you need do nothing, and nothing is booked."
    ),
    placeholders={"clinic": _("the clinic's name"), "code": _("the code")},
    required_placeholders=frozenset({"code"}),
    get_values=email_code_values,
    get_sample_values=email_code_sample_values,
    is_secret=True,
    over_budget=WhenOverBudget.DROP,
)
