"""The mail in which a guest confirms their address before a booking."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification, Priority
from booking.notifications.appointment_values import get_appointment
from booking.notifications.kinds import NotificationKind, NotificationParams, WhenOverBudget
from booking.notifications.links import absolute_url
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line
from booking.queries.patients.email_verification import (
    LINK_VALID_FOR,
    NOTIFICATION_KIND,
    make_verification_token,
)
from clinic.lib.dates import date_format


def notify_email_verification(hold: Appointment, email: str, *, give_up_at: datetime) -> None:
    """Send the link that confirms an address and books the held time."""
    enqueue(
        NOTIFICATION_KIND,
        key=f"{NOTIFICATION_KIND}:{uuid4()}",
        to=email,
        appointment=hold,
        give_up_at=give_up_at,
        by_visitor=True,
    )


def email_verification_values(
    notification: Notification, _data: Mapping[str, Any]
) -> dict[str, str]:
    """Return the held time and the link that confirms the address."""
    clinic, hold = ClinicProfile.objects.get(), get_appointment(notification)
    return {
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "when": date_format.long_datetime(hold.starts_at, clinic.zone),
        "link": absolute_url("verify-email", make_verification_token(notification)),
    }


def is_booking_pending(notification: Notification, _now: datetime) -> bool:
    """Return whether the time is not booked yet."""
    return get_appointment(notification).status in (Status.HOLD, Status.EXPIRED)


def verification_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send a new link. Raises CannotSendAgain if the hold is over."""
    hold = get_appointment(notification)
    if not hold.is_active_hold(now):
        raise CannotSendAgain(_("The time is no longer held for them, or it is booked already."))
    return {
        "key": notification.key,
        "to": notification.to_email,
        "appointment": hold,
        "give_up_at": now + LINK_VALID_FOR,
    }


EMAIL_VERIFICATION = NotificationKind(
    name=NOTIFICATION_KIND,
    priority=Priority.LINK,
    label=_("Link to confirm an address, before a booking"),
    subject=_("Please confirm your booking: {when}"),
    body=_(
        "Hello,\n\nOne more step, and your time at {clinic} is booked: {when}. Please open "
        "this page and press the button there. The link is valid for one hour.\n\n"
        "Was it not you? Then you need do nothing, and nothing is booked."
    ),
    placeholders={
        "clinic": _("the clinic's name"),
        "phone": _("the clinic's phone number"),
        "when": _("day and time, with the time zone"),
        "link": _("the address of the page to confirm on"),
    },
    get_values=email_verification_values,
    is_still_wanted=is_booking_pending,
    get_resend_params=verification_resend_params,
    action=(_("Confirm my booking"), "link"),
    is_secret=True,  # the link leads to a hold, and so to the answers given for it
    over_budget=WhenOverBudget.DROP,
)
