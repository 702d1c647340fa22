"""What patients are told about their appointment."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import ClinicProfile, Notification
from booking.notifications.appointment_text import (
    appointment_details,
    change_deadline_text,
    get_appointment,
)
from booking.notifications.calendar_files.ics import CalendarMethod, calendar_attachment
from booking.notifications.kinds import Attachment, NotificationKind, StrOrPromise, register_kind
from booking.notifications.links import absolute_url, appointment_url
from booking.notifications.sanitizing import clean_line, clean_text, greeting_name
from booking.notifications.subjects.reminders import REMINDER, is_reminder_wanted
from booking.queries.notifications.last_notification import NOTIFIED_KINDS
from clinic.lib.dates import clock, date_format

UPCOMING_STATUSES = (Status.BOOKED, Status.ARRIVED)
PLACEHOLDERS: dict[str, StrOrPromise] = {
    "patient": _("the patient's name"),
    "clinic": _("the clinic's name"),
    "phone": _("the clinic's phone number"),
    "when": _("day and time, with the time zone"),
    "appointment": _("time, treatment (neutral name), therapist and place, a line each"),
    "changes": _("until when it can be moved or cancelled, or whom to call"),
    "link": _("the address of the appointment's own page"),
    "book": _("the address of the page for booking"),
}
VIEW_APPOINTMENT_ACTION = (_("See, move or cancel it"), "link")


def appointment_context(message: Notification, _data: Mapping[str, Any]) -> dict[str, str]:
    """The values of the placeholders, from the appointment as it is now."""
    appointment, clinic = get_appointment(message), ClinicProfile.objects.get()
    patient = appointment.patient
    return {
        "patient": greeting_name(patient.name if patient else message.to_name),
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "when": date_format.long_datetime(appointment.starts_at, clinic.zone),
        "appointment": appointment_details(appointment, clinic),
        "changes": change_deadline_text(appointment, clinic, clock.now()),
        "link": appointment_url(appointment),
        "book": absolute_url("book"),
    }


def reminder_context(message: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """With the page on which the patient says that they will come, unless they have."""
    appointment = get_appointment(message)
    confirm = absolute_url("appointment-confirm", appointment.link_token)
    known = appointment.attendance_confirmed_at is not None
    return appointment_context(message, data) | {"confirm": "" if known else confirm}


def moved_context(message: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """With the time before, as a sentence."""
    was = ""
    if data.get("was"):
        zone = ClinicProfile.objects.get().zone
        before = date_format.long_datetime(datetime.fromisoformat(str(data["was"])), zone)
        was = gettext("The old time was %(time)s.") % {"time": before}
    return appointment_context(message, data) | {"was": was}


def cancelled_context(message: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """With who cancelled it, and the staff's own words if they have given any."""
    by_staff = bool(data.get("by_staff"))
    who = gettext("We are sorry: we have had to cancel your appointment.")
    if not by_staff:
        who = gettext("Your appointment is cancelled, as you asked us to.")
    words = clean_text(str(data.get("words", ""))) if by_staff else ""
    return appointment_context(message, data) | {"who": who, "words": words}


def relevant_while_status(*statuses: Status) -> Callable[[Notification, datetime], bool]:
    """As long as the appointment is in such a state, not over, and nothing newer is told of it."""

    def wanted(message: Notification, now: datetime) -> bool:
        appointment = get_appointment(message)
        newer = Notification.objects.filter(
            appointment=message.appointment, kind__in=NOTIFIED_KINDS, pk__gt=message.pk
        )
        still = appointment.status in statuses and now < appointment.ends_at
        return still and not newer.exists()

    return wanted


def attach_calendar_file(method: CalendarMethod) -> Callable[[Notification], list[Attachment]]:
    def attach(message: Notification) -> list[Attachment]:
        return [calendar_attachment(get_appointment(message), method)]

    return attach


BOOKED = register_kind(
    NotificationKind(
        name="booked",
        label=_("Booked"),
        subject=_("Booked: {when}"),
        body=_(
            "Dear {patient},\n\nYour appointment is booked. We look forward to seeing you.\n\n"
            "{appointment}\n\n{changes}"
        ),
        placeholders=PLACEHOLDERS,
        context=appointment_context,
        is_still_wanted=relevant_while_status(*UPCOMING_STATUSES),
        attachments=attach_calendar_file("REQUEST"),
        action=VIEW_APPOINTMENT_ACTION,
    )
)
RESTORED = register_kind(
    NotificationKind(
        name="restored",
        label=_("Cancellation taken back"),
        subject=_("Booked again: {when}"),
        body=_(
            "Dear {patient},\n\nYour appointment is booked again, as it was before. Nothing else "
            "has changed.\n\n{appointment}\n\n{changes}"
        ),
        placeholders=PLACEHOLDERS,
        context=appointment_context,
        is_still_wanted=relevant_while_status(*UPCOMING_STATUSES),
        attachments=attach_calendar_file("REQUEST"),
        action=VIEW_APPOINTMENT_ACTION,
    )
)
MOVED = register_kind(
    NotificationKind(
        name="moved",
        label=_("Moved"),
        subject=_("New time: {when}"),
        body=_(
            "Dear {patient},\n\nYour appointment has moved. This is the new time:\n\n"
            "{appointment}\n\n{was}\n\n{changes}"
        ),
        placeholders=PLACEHOLDERS | {"was": _("the time before, as a sentence")},
        context=moved_context,
        is_still_wanted=relevant_while_status(*UPCOMING_STATUSES),
        attachments=attach_calendar_file("REQUEST"),
        action=VIEW_APPOINTMENT_ACTION,
    )
)
CANCELLED = register_kind(
    NotificationKind(
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
        context=cancelled_context,
        is_still_wanted=relevant_while_status(Status.CANCELLED),
        attachments=attach_calendar_file("CANCEL"),
        action=(_("Book another time"), "book"),
    )
)
APPOINTMENT_REMINDER = register_kind(
    NotificationKind(
        name=REMINDER,
        label=_("Reminder"),
        subject=_("A reminder: {when}"),
        body=_(
            "Dear {patient},\n\nA short reminder of your appointment.\n\n{appointment}\n\n"
            "Please come a few minutes early, in comfortable clothes. {changes}"
        ),
        placeholders=PLACEHOLDERS | {"confirm": _("the address of the page to say: I will come")},
        context=reminder_context,
        is_still_wanted=is_reminder_wanted,
        action=(_("Yes, I will come"), "confirm"),
        more=VIEW_APPOINTMENT_ACTION,
    )
)
