"""Mails that answer a form: a question to the clinic, and links that somebody has lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.messages.clean import many_lines, one_line, spoken_name
from booking.messages.kinds import Kind, register
from booking.messages.links import appointment_link
from booking.models import ClinicProfile, Message
from booking.queries.lost_links import upcoming_of_email
from clinic.lib import clock, when


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
        f"{when.in_words(row.starts_at, clinic.zone)}:\n{appointment_link(row)}" for row in upcoming
    ]
    return {"clinic": one_line(clinic.name), "links": "\n".join(links)}


def links_wanted(message: Message, now: datetime) -> bool:
    """Only then is anything sent: whoever asked has seen the same answer either way."""
    return bool(upcoming_of_email(message.to_email, now))


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
        editable=False,
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
    )
)
