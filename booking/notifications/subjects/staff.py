"""What the team is told: tomorrow's list, and changes of the present day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking.models import AppointmentEvent, ClinicProfile, Message
from booking.notifications.appointment_text import appointment_of, one_of_a_list, team_facts
from booking.notifications.kinds import Kind, Words, register
from booking.notifications.sanitizing import one_line, spoken_name
from booking.queries.appointments.by_day import appointments_of_day
from clinic.lib.dates import date_format

Happened = AppointmentEvent.Kind
WHAT_HAPPENED: dict[str, Words] = {
    Happened.BOOKED: _("A new appointment for today has been booked."),
    Happened.RESTORED: _("A cancelled appointment of today is booked again."),
    Happened.MOVED: _("An appointment that concerns today has moved."),
    Happened.CANCELLED: _("An appointment of today has been cancelled."),
}


def list_of_day(message: Message, data: Mapping[str, Any]) -> dict[str, str]:
    """The values for a therapist's list, read when it is sent."""
    clinic, day = ClinicProfile.objects.get(), date.fromisoformat(str(data["day"]))
    rows = appointments_of_day(clinic, day, therapist=int(data["therapist"]))
    count = ngettext("%(n)d appointment", "%(n)d appointments", len(rows)) % {"n": len(rows)}
    zone = date_format.zone_name(rows[0].starts_at, clinic.zone) if rows else ""
    return {
        "therapist": spoken_name(message.to_name),
        "clinic": one_line(clinic.name),
        "day": date_format.long_day(day),
        "count": count,
        "list": "\n".join(one_of_a_list(row, clinic) for row in rows),
        "zone": now_translated("Times are in %(zone)s.") % {"zone": zone} if zone else "",
    }


def list_wanted(message: Message, now: datetime) -> bool:
    """Until the day's last appointment has begun, and while there is any."""
    _word, therapist, day = message.key.split(":")
    clinic = ClinicProfile.objects.get()
    rows = appointments_of_day(clinic, date.fromisoformat(day), therapist=int(therapist))
    return bool(rows) and now < rows[-1].starts_at


def change_of_today(message: Message, data: Mapping[str, Any]) -> dict[str, str]:
    """The values for a change: no more of the patient than a first name and an initial."""
    appointment, clinic = appointment_of(message), ClinicProfile.objects.get()
    was = str(data.get("was", ""))
    before = date_format.in_words(datetime.fromisoformat(was), clinic.zone) if was else ""
    return {
        "name": spoken_name(message.to_name),
        "clinic": one_line(clinic.name),
        "when": date_format.in_words(appointment.starts_at, clinic.zone),
        "what": str(WHAT_HAPPENED.get(str(data.get("what")), "")),
        "details": team_facts(appointment, clinic, before),
    }


def change_wanted(message: Message, now: datetime) -> bool:
    """Until the appointment is over."""
    return now < message.give_up_at


DAY_LIST = register(
    Kind(
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
        context=list_of_day,
        still_wanted=list_wanted,
        needs=frozenset({"list"}),
    )
)
STAFF_CHANGE = register(
    Kind(
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
        context=change_of_today,
        still_wanted=change_wanted,
        needs=frozenset({"details"}),
    )
)
