"""What patients are told about their appointment."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import ClinicProfile, Message
from booking.notifications.appointment_text import appointment_of, changes, facts
from booking.notifications.calendar_files.ics import Method, invitation
from booking.notifications.kinds import Attachment, Kind, Words, register
from booking.notifications.links import appointment_link, link_to
from booking.notifications.sanitizing import many_lines, one_line, spoken_name
from booking.notifications.subjects.reminders import REMINDER, reminder_wanted
from booking.queries.notifications.last_notification import TOLD
from clinic.lib.dates import clock, date_format

STILL_ON = (Status.BOOKED, Status.ARRIVED)
PLACEHOLDERS: dict[str, Words] = {
    "patient": _("the patient's name"),
    "clinic": _("the clinic's name"),
    "phone": _("the clinic's phone number"),
    "when": _("day and time, with the time zone"),
    "appointment": _("time, treatment (neutral name), therapist and place, a line each"),
    "changes": _("until when it can be moved or cancelled, or whom to call"),
    "link": _("the address of the appointment's own page"),
    "book": _("the address of the page for booking"),
}
SEE = (_("See, move or cancel it"), "link")


def told(message: Message, _data: Mapping[str, Any]) -> dict[str, str]:
    """The values of the placeholders, from the appointment as it is now."""
    appointment, clinic = appointment_of(message), ClinicProfile.objects.get()
    patient = appointment.patient
    return {
        "patient": spoken_name(patient.name if patient else message.to_name),
        "clinic": one_line(clinic.name),
        "phone": one_line(clinic.phone),
        "when": date_format.in_words(appointment.starts_at, clinic.zone),
        "appointment": facts(appointment, clinic),
        "changes": changes(appointment, clinic, clock.now()),
        "link": appointment_link(appointment),
        "book": link_to("book"),
    }


def told_reminder(message: Message, data: Mapping[str, Any]) -> dict[str, str]:
    """With the page on which the patient says that they will come, unless they have."""
    appointment = appointment_of(message)
    confirm = link_to("appointment-confirm", appointment.link_token)
    known = appointment.attendance_confirmed_at is not None
    return told(message, data) | {"confirm": "" if known else confirm}


def told_moved(message: Message, data: Mapping[str, Any]) -> dict[str, str]:
    """With the time before, as a sentence."""
    was = ""
    if data.get("was"):
        zone = ClinicProfile.objects.get().zone
        before = date_format.in_words(datetime.fromisoformat(str(data["was"])), zone)
        was = now_translated("The old time was %(time)s.") % {"time": before}
    return told(message, data) | {"was": was}


def told_cancelled(message: Message, data: Mapping[str, Any]) -> dict[str, str]:
    """With who cancelled it, and the staff's own words if they have given any."""
    by_staff = bool(data.get("by_staff"))
    who = now_translated("We are sorry: we have had to cancel your appointment.")
    if not by_staff:
        who = now_translated("Your appointment is cancelled, as you asked us to.")
    words = many_lines(str(data.get("words", ""))) if by_staff else ""
    return told(message, data) | {"who": who, "words": words}


def wanted_while(*statuses: Status) -> Callable[[Message, datetime], bool]:
    """As long as the appointment is in such a state, not over, and nothing newer is told of it."""

    def wanted(message: Message, now: datetime) -> bool:
        appointment = appointment_of(message)
        newer = Message.objects.filter(
            appointment=message.appointment, kind__in=TOLD, pk__gt=message.pk
        )
        still = appointment.status in statuses and now < appointment.ends_at
        return still and not newer.exists()

    return wanted


def calendar_file(method: Method) -> Callable[[Message], list[Attachment]]:
    def attach(message: Message) -> list[Attachment]:
        return [invitation(appointment_of(message), method)]

    return attach


BOOKED = register(
    Kind(
        name="booked",
        label=_("Booked"),
        subject=_("Booked: {when}"),
        body=_(
            "Dear {patient},\n\nYour appointment is booked. We look forward to seeing you.\n\n"
            "{appointment}\n\n{changes}"
        ),
        placeholders=PLACEHOLDERS,
        context=told,
        still_wanted=wanted_while(*STILL_ON),
        attachments=calendar_file("REQUEST"),
        action=SEE,
    )
)
RESTORED = register(
    Kind(
        name="restored",
        label=_("Cancellation taken back"),
        subject=_("Booked again: {when}"),
        body=_(
            "Dear {patient},\n\nYour appointment is booked again, as it was before. Nothing else "
            "has changed.\n\n{appointment}\n\n{changes}"
        ),
        placeholders=PLACEHOLDERS,
        context=told,
        still_wanted=wanted_while(*STILL_ON),
        attachments=calendar_file("REQUEST"),
        action=SEE,
    )
)
MOVED = register(
    Kind(
        name="moved",
        label=_("Moved"),
        subject=_("New time: {when}"),
        body=_(
            "Dear {patient},\n\nYour appointment has moved. This is the new time:\n\n"
            "{appointment}\n\n{was}\n\n{changes}"
        ),
        placeholders=PLACEHOLDERS | {"was": _("the time before, as a sentence")},
        context=told_moved,
        still_wanted=wanted_while(*STILL_ON),
        attachments=calendar_file("REQUEST"),
        action=SEE,
    )
)
CANCELLED = register(
    Kind(
        name="cancelled",
        label=_("Cancelled"),
        subject=_("Cancelled: {when}"),
        body=_(
            "Dear {patient},\n\n{who}\n\n{words}\n\n{appointment}\n\n"
            "You would be welcome at another time. You can book online, or call us on {phone}."
        ),
        placeholders=PLACEHOLDERS
        | {
            "who": _("who cancelled it, as a sentence"),
            "words": _("what the staff want the patient to know, if anything"),
        },
        context=told_cancelled,
        still_wanted=wanted_while(Status.CANCELLED),
        attachments=calendar_file("CANCEL"),
        action=(_("Book another time"), "book"),
    )
)
REMIND = register(
    Kind(
        name=REMINDER,
        label=_("Reminder"),
        subject=_("A reminder: {when}"),
        body=_(
            "Dear {patient},\n\nA short reminder of your appointment.\n\n{appointment}\n\n"
            "Please come a few minutes early, in comfortable clothes. {changes}"
        ),
        placeholders=PLACEHOLDERS | {"confirm": _("the address of the page to say: I will come")},
        context=told_reminder,
        still_wanted=reminder_wanted,
        action=(_("Yes, I will come"), "confirm"),
        more=SEE,
    )
)
