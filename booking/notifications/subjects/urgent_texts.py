"""The mail that asks the clinic to read a text at once. It gives no reason."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import Appointment, ClinicProfile, Notification, Priority
from booking.notifications.kinds import NotificationKind, PlaceholderValues
from booking.notifications.links import absolute_url
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line


def notify_urgent_appointment(appointment: Appointment) -> None:
    """Queue the mail about the note of an appointment, in the caller's transaction."""
    notify_urgent_text(
        key=f"appointment:{appointment.public_id}",
        page="desk-appointment",
        identifier=str(appointment.public_id),
    )


def notify_urgent_text(*, key: str, page: str, identifier: str = "") -> None:
    """Queue the mail about a text, in the caller's transaction.

    `key` identifies the text. `page` is the URL name of the page where staff read it, with
    `identifier` as its argument. Nothing is queued if the clinic has no address.
    """
    clinic = ClinicProfile.objects.get()
    if not clinic.email:
        return
    enqueue(
        "read_first",
        key=f"read_first:{key}",
        to=clinic.email,
        to_name=clinic.name,
        data={"page": page, "identifier": identifier},
    )


def urgent_text_values(_notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the clinic's name and the address of the page."""
    arguments = [str(data["identifier"])] if data.get("identifier") else []
    return {
        "clinic": clean_line(ClinicProfile.objects.get().name),
        "link": absolute_url(str(data["page"]), *arguments),
    }


def urgent_text_sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    """Return the address of the desk as the page."""
    return {"link": absolute_url("desk")}


URGENT_TEXT = NotificationKind(
    name="read_first",  # stored with each notification; an urgent text everywhere else
    priority=Priority.LINK,
    label=_("Somebody wrote something to be read at once, to the clinic"),
    subject=_("Please read this first"),
    body=_(
        "Somebody has written something that a person at {clinic} should read as soon as possible."
    ),
    placeholders={
        "clinic": _("the clinic's name"),
        "link": _("the address of the page to read it on"),
    },
    get_values=urgent_text_values,
    get_sample_values=urgent_text_sample_values,
    has_sign_off=False,
    action=(_("Read it now"), "link"),
    is_editable=False,
    resend_refusal=_("A mail of this kind is sent only once."),
)
