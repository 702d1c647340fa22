"""Calendar files of appointments (RFC 5545, RFC 5546).

Each appointment keeps one UID, and its SEQUENCE only rises. Others may read a calendar, so a title
holds only the clinic's name and the neutral name of the treatment.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.notifications.appointment_text import (
    clinic_address,
    neutral_treatment_name,
    room_directions,
)
from booking.notifications.calendar_files.vtimezone import vtimezone
from booking.notifications.kinds import Attachment
from booking.notifications.links import appointment_url
from booking.notifications.sanitizing import abbreviated_name, clean_line, clean_text
from clinic.lib.dates import clock

CalendarMethod = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT_ID = "-//Clinic booking//EN"
TIMEZONE_MARGIN = timedelta(days=550)
"""How long before and after the appointments the file lists the changes of the clocks."""


def calendar_attachment(appointment: Appointment, method: CalendarMethod) -> Attachment:
    """Return a mail attachment: REQUEST for a booked or moved appointment, else CANCEL."""
    content = appointment_calendar(appointment, ClinicProfile.objects.get(), method)
    parameters = {"method": method, "charset": "utf-8"}
    return Attachment("appointment.ics", "text/calendar", content, parameters)


def appointment_calendar(
    appointment: Appointment, clinic: ClinicProfile, method: CalendarMethod
) -> bytes:
    """Return a calendar file of one appointment, for its patient."""
    calendar = _calendar(clinic, [appointment], method)
    event = _patient_event(appointment, clinic)
    if method != "PUBLISH":
        _add_participants(event, appointment, clinic)
    calendar.add_component(event)
    return calendar.to_ical()


def patient_calendar_feed(appointments: Iterable[Appointment], clinic: ClinicProfile) -> bytes:
    """Return a calendar feed of one patient's appointments."""
    rows = list(appointments)
    calendar = _feed(clinic, rows)
    for appointment in rows:
        calendar.add_component(_patient_event(appointment, clinic))
    return calendar.to_ical()


def therapist_calendar_feed(appointments: Iterable[Appointment], clinic: ClinicProfile) -> bytes:
    """Return a calendar feed of a therapist's appointments, with abbreviated patient names."""
    rows = list(appointments)
    calendar = _feed(clinic, rows)
    for appointment in rows:
        event = _event(appointment, clinic)
        patient = abbreviated_name(appointment.patient.name) if appointment.patient else ""
        title = ", ".join(filter(None, [patient, neutral_treatment_name(appointment)]))
        event.add("summary", f"{clean_line(clinic.name)}: {title}")
        event.add("location", clean_line(appointment.room.name))
        calendar.add_component(event)
    return calendar.to_ical()


def event_uid(appointment: Appointment) -> str:
    """Return the UID of an appointment, which never changes."""
    return f"{appointment.public_id}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"


def _patient_event(appointment: Appointment, clinic: ClinicProfile) -> Event:
    event = _event(appointment, clinic)
    link = appointment_url(appointment)
    event.add("summary", f"{clean_line(clinic.name)}: {neutral_treatment_name(appointment)}")
    places = [clinic_address(clinic), room_directions(appointment)]
    event.add("location", ", ".join(filter(None, places)))
    lines = [
        _("With %(therapist)s.") % {"therapist": clean_line(appointment.therapist.name)},
        _("Phone: %(phone)s") % {"phone": clean_line(clinic.phone)},
        _("See, move or cancel it: %(link)s") % {"link": link},
    ]
    event.add("description", clean_text("\n".join(lines)))
    event.add("url", link)
    return event


def _event(appointment: Appointment, clinic: ClinicProfile) -> Event:
    cancelled = appointment.status == Status.CANCELLED
    event = Event()
    event.add("uid", event_uid(appointment))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", clock.now().astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _event_time(appointment.starts_at, clinic.zone))
    event.add("dtend", _event_time(appointment.ends_at, clinic.zone))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def _event_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the time in the clinic's zone.

    In the hour that is repeated when the clocks go back, a local time always means the first
    occurrence (RFC 5545, 3.3.5). The second occurrence is therefore given in UTC.
    """
    local = instant.astimezone(zone)
    return instant.astimezone(UTC) if local.fold else local


def _add_participants(event: Event, appointment: Appointment, clinic: ClinicProfile) -> None:
    """Add organizer and attendee, without asking for a reply: the patient accepted by booking."""
    organizer = vCalAddress(f"mailto:{clean_line(clinic.email)}")
    organizer.params["CN"] = vText(clean_line(clinic.name).replace('"', "'"))
    event.add("organizer", organizer)
    if appointment.patient is not None:
        attendee = vCalAddress(f"mailto:{clean_line(appointment.patient.email)}")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee)


def _feed(clinic: ClinicProfile, rows: list[Appointment]) -> Calendar:
    calendar = _calendar(clinic, rows, "PUBLISH")
    calendar.add("x-wr-calname", clean_line(clinic.name))
    calendar.add("refresh-interval", timedelta(minutes=30), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", timedelta(minutes=30))
    return calendar


def _calendar(clinic: ClinicProfile, rows: list[Appointment], method: CalendarMethod) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if rows:
        days = [row.starts_at.date() for row in rows]
        first, last = min(days) - TIMEZONE_MARGIN, max(days) + TIMEZONE_MARGIN
        calendar.add_component(vtimezone(clinic.time_zone, first.year, last.year))
    return calendar
