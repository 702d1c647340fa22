"""The mail with the links to a patient's upcoming appointments."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.models import ClinicProfile, Notification, Priority
from booking.notifications.kinds import (
    NotificationKind,
    NotificationParams,
    PlaceholderValues,
    WhenOverBudget,
)
from booking.notifications.links import appointment_url
from booking.notifications.outbox import enqueue
from booking.notifications.sample_values import sample_appointment
from booking.notifications.sanitizing import clean_line
from booking.queries.notifications.lost_links import upcoming_appointments_by_email
from clinic.lib.dates import clock, date_format


def notify_lost_links(email: str, *, give_up_at: datetime) -> None:
    """Queue the links of the upcoming appointments under an address.

    The appointments are looked up when the mail is due. If there are none, nothing is sent.
    """
    enqueue(
        "lost_link",
        key=f"lost_link:{uuid4()}",
        to=email.strip().lower(),
        give_up_at=give_up_at,
        by_visitor=True,
    )


def lost_links_values(notification: Notification, _data: Mapping[str, Any]) -> dict[str, str]:
    """Return the appointments under the notification's address, each with its link."""
    clinic = ClinicProfile.objects.get()
    upcoming = upcoming_appointments_by_email(notification.to_email, clock.now())
    links = [
        f"{date_format.long_datetime(row.starts_at, clinic.zone)}:\n{appointment_url(row)}"
        for row in upcoming
    ]
    return {"clinic": clean_line(clinic.name), "links": "\n\n".join(links)}


def lost_links_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return one appointment with its link."""
    row = sample_appointment(clinic)
    start = date_format.long_datetime(row.starts_at, clinic.zone)
    return {"links": f"{start}:\n{appointment_url(row)}"}


def has_upcoming_appointments(notification: Notification, now: datetime) -> bool:
    """Return whether there is any appointment to send a link of."""
    return bool(upcoming_appointments_by_email(notification.to_email, now))


def lost_links_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send the links again, to the address that asked for them.

    Raises CannotSendAgain if there is no upcoming appointment.
    """
    if not has_upcoming_appointments(notification, now):
        raise CannotSendAgain(_("There is no upcoming appointment under this address."))
    return {
        "key": notification.key,
        "to": notification.to_email,
        "give_up_at": now + timedelta(hours=12),
    }


LOST_LINKS = NotificationKind(
    name="lost_link",
    priority=Priority.LINK,
    label=_("Lost link"),
    subject=_("The links to your appointments"),
    body=_(
        "Hello,\n\nHere are the links to your appointments at {clinic}. Each opens the page "
        "on which you can see, move or cancel it.\n\n{links}\n\n"
        "Did you not ask for this? Then you need do nothing."
    ),
    placeholders={
        "clinic": _("the clinic's name"),
        "links": _("the appointments with their links, a line each"),
    },
    get_values=lost_links_values,
    get_sample_values=lost_links_sample_values,
    required_placeholders=frozenset({"links"}),
    is_still_wanted=has_upcoming_appointments,
    get_resend_params=lost_links_resend_params,
    over_budget=WhenOverBudget.DROP,
)
