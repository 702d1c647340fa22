"""Mails that answer a form: a question, lost links, an address to be confirmed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import ClinicProfile, Notification
from booking.notifications.appointment_text import get_appointment
from booking.notifications.kinds import NotificationKind, register_kind
from booking.notifications.links import absolute_url, appointment_url
from booking.notifications.sanitizing import clean_line, clean_text, greeting_name
from booking.queries.notifications.lost_links import upcoming_appointments_by_email
from booking.queries.patients.email_verification import make_verification_token
from clinic.lib.dates import clock, date_format


def contact_context(_message: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": greeting_name(str(data.get("name", ""))),
        "email": clean_line(str(data.get("reply_to", ""))),
        "message": clean_text(str(data.get("message", ""))),
    }


def lost_links_context(message: Notification, _data: Mapping[str, Any]) -> dict[str, str]:
    clinic = ClinicProfile.objects.get()
    upcoming = upcoming_appointments_by_email(message.to_email, clock.now())
    links = [
        f"{date_format.long_datetime(row.starts_at, clinic.zone)}:\n{appointment_url(row)}"
        for row in upcoming
    ]
    return {"clinic": clean_line(clinic.name), "links": "\n\n".join(links)}


def has_upcoming_appointments(message: Notification, now: datetime) -> bool:
    """Only then is anything sent: whoever asked has seen the same answer either way."""
    return bool(upcoming_appointments_by_email(message.to_email, now))


def email_verification_context(message: Notification, _data: Mapping[str, Any]) -> dict[str, str]:
    clinic, hold = ClinicProfile.objects.get(), get_appointment(message)
    return {
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "when": date_format.long_datetime(hold.starts_at, clinic.zone),
        "link": absolute_url("verify-email", make_verification_token(message)),
    }


def is_booking_pending(message: Notification, _now: datetime) -> bool:
    """While there is something to book."""
    return get_appointment(message).status in (Status.HOLD, Status.EXPIRED)


CONTACT_FORM = register_kind(
    NotificationKind(
        name="contact",
        label=_("A question from the website, to the clinic"),
        subject=_("A question from {name}"),
        body=_(
            "{name} has written through the form on the website. Your reply goes to {email}.\n\n"
            "{message}"
        ),
        placeholders={
            "name": _("the sender's name"),
            "email": _("the sender's address"),
            "message": _("what was written"),
        },
        context=contact_context,
        signed=False,
        needs=frozenset({"message"}),
    )
)
LOST_LINKS = register_kind(
    NotificationKind(
        name="lost_link",
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
        context=lost_links_context,
        is_still_wanted=has_upcoming_appointments,
        needs=frozenset({"links"}),
    )
)
EMAIL_VERIFICATION = register_kind(
    NotificationKind(
        name="prove_email",
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
        context=email_verification_context,
        is_still_wanted=is_booking_pending,
        action=(_("Confirm my booking"), "link"),
    )
)
