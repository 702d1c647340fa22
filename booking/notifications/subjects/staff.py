"""What the team is told: tomorrow's list, and changes of the present day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from booking.models import AppointmentEvent, ClinicProfile, Notification
from booking.notifications.appointment_text import (
    day_list_line,
    get_appointment,
    staff_appointment_details,
)
from booking.notifications.kinds import NotificationKind, StrOrPromise, register_kind
from booking.notifications.sanitizing import clean_line, greeting_name
from booking.queries.appointments.by_day import appointments_on_day
from clinic.lib.dates import date_format

EventKind = AppointmentEvent.Kind
EVENT_SENTENCES: dict[str, StrOrPromise] = {
    EventKind.BOOKED: _("A new appointment for today has been booked."),
    EventKind.RESTORED: _("A cancelled appointment of today is booked again."),
    EventKind.MOVED: _("An appointment that concerns today has moved."),
    EventKind.CANCELLED: _("An appointment of today has been cancelled."),
}


def day_list_context(message: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """The values for a therapist's list, read when it is sent."""
    clinic, day = ClinicProfile.objects.get(), date.fromisoformat(str(data["day"]))
    rows = appointments_on_day(clinic, day, therapist=int(data["therapist"]))
    count = ngettext("%(n)d appointment", "%(n)d appointments", len(rows)) % {"n": len(rows)}
    zone = date_format.zone_name(rows[0].starts_at, clinic.zone) if rows else ""
    return {
        "therapist": greeting_name(message.to_name),
        "clinic": clean_line(clinic.name),
        "day": date_format.long_day(day),
        "count": count,
        "list": "\n".join(day_list_line(row, clinic) for row in rows),
        "zone": gettext("Times are in %(zone)s.") % {"zone": zone} if zone else "",
    }


def is_day_list_wanted(message: Notification, now: datetime) -> bool:
    """Until the day's last appointment has begun, and while there is any."""
    _word, therapist, day = message.key.split(":")
    clinic = ClinicProfile.objects.get()
    rows = appointments_on_day(clinic, date.fromisoformat(day), therapist=int(therapist))
    return bool(rows) and now < rows[-1].starts_at


def staff_change_context(message: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """The values for a change: no more of the patient than a first name and an initial."""
    appointment, clinic = get_appointment(message), ClinicProfile.objects.get()
    was = str(data.get("was", ""))
    before = date_format.long_datetime(datetime.fromisoformat(was), clinic.zone) if was else ""
    return {
        "name": greeting_name(message.to_name),
        "clinic": clean_line(clinic.name),
        "when": date_format.long_datetime(appointment.starts_at, clinic.zone),
        "what": str(EVENT_SENTENCES.get(str(data.get("what")), "")),
        "details": staff_appointment_details(appointment, clinic, before),
    }


def is_staff_change_wanted(message: Notification, now: datetime) -> bool:
    """Until the appointment is over."""
    return now < message.give_up_at


DAY_LIST = register_kind(
    NotificationKind(
        name="day_list",
        label=_("A therapist's list for tomorrow"),
        subject=_("Your list for {day}: {count}"),
        body=_("Dear {therapist},\n\nHere is your list for {day}.\n\n{list}\n\n{zone}"),
        placeholders={
            "therapist": _("the therapist's name"),
            "clinic": _("the clinic's name"),
            "day": _("the date"),
            "count": _("how many appointments"),
            "list": _("time, patient's first name, treatment and room, a line each"),
            "zone": _("the time zone, as a sentence"),
        },
        context=day_list_context,
        is_still_wanted=is_day_list_wanted,
        needs=frozenset({"list"}),
    )
)
STAFF_CHANGE = register_kind(
    NotificationKind(
        name="staff_change",
        label=_("A change of the present day, to the team"),
        subject=_("A change today: {when}"),
        body=_("Dear {name},\n\n{what}\n\n{details}"),
        placeholders={
            "name": _("the therapist's or the clinic's name"),
            "clinic": _("the clinic's name"),
            "when": _("day and time, with the time zone"),
            "what": _("what happened, as a sentence"),
            "details": _("patient's first name, time, therapist and room, a line each"),
        },
        context=staff_change_context,
        is_still_wanted=is_staff_change_wanted,
        needs=frozenset({"details"}),
    )
)
