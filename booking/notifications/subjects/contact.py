"""Mails that answer a form: a question, lost links, an address to be confirmed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import ClinicProfile, Message
from booking.notifications.appointment_text import appointment_of
from booking.notifications.kinds import Kind, register
from booking.notifications.links import appointment_link, link_to
from booking.notifications.sanitizing import many_lines, one_line, spoken_name
from booking.queries.notifications.lost_links import upcoming_of_email
from booking.queries.patients.email_verification import proof_token
from clinic.lib.dates import clock, date_format


def question(_message: Message, data: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": spoken_name(str(data.get("name", ""))),
        "email": one_line(str(data.get("reply_to", ""))),
        "message": many_lines(str(data.get("message", ""))),
    }


def lost_links(message: Message, _data: Mapping[str, Any]) -> dict[str, str]:
    clinic = ClinicProfile.objects.get()
    upcoming = upcoming_of_email(message.to_email, clock.now())
    links = [
        f"{date_format.in_words(row.starts_at, clinic.zone)}:\n{appointment_link(row)}"
        for row in upcoming
    ]
    return {"clinic": one_line(clinic.name), "links": "\n\n".join(links)}


def links_wanted(message: Message, now: datetime) -> bool:
    """Only then is anything sent: whoever asked has seen the same answer either way."""
    return bool(upcoming_of_email(message.to_email, now))


def proof(message: Message, _data: Mapping[str, Any]) -> dict[str, str]:
    clinic, hold = ClinicProfile.objects.get(), appointment_of(message)
    return {
        "clinic": one_line(clinic.name),
        "phone": one_line(clinic.phone),
        "when": date_format.in_words(hold.starts_at, clinic.zone),
        "link": link_to("prove-email", proof_token(message)),
    }


def proof_wanted(message: Message, _now: datetime) -> bool:
    """While there is something to book."""
    return appointment_of(message).status in (Status.HOLD, Status.EXPIRED)


CONTACT = register(
    Kind(
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
        context=question,
        signed=False,
        needs=frozenset({"message"}),
    )
)
LOST_LINK = register(
    Kind(
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
        context=lost_links,
        still_wanted=links_wanted,
        needs=frozenset({"links"}),
    )
)
PROVE_EMAIL = register(
    Kind(
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
        context=proof,
        still_wanted=proof_wanted,
        action=(_("Confirm my booking"), "link"),
    )
)
