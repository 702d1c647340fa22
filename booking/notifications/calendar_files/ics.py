"""Calendar files of appointments (RFC 5545, RFC 5546).

Each appointment keeps one UID, and its SEQUENCE only rises. A file always has a component: the
clinic's time zone. Others may read a calendar, so a title holds only the clinic's name and the
neutral name of the treatment.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vDuration, vText

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
REFRESH_AFTER = timedelta(minutes=30)
"""How often calendar programs are asked to load a feed."""


def calendar_attachment(appointment: Appointment, method: CalendarMethod) -> Attachment:
    """Return a mail attachment: REQUEST for a booked or moved appointment, else CANCEL."""
    content = appointment_calendar(appointment, ClinicProfile.objects.get(), method)
    parameters = {"method": method, "charset": "utf-8"}
    return Attachment("appointment.ics", "text/calendar", content, parameters)


def appointment_calendar(
    appointment: Appointment, clinic: ClinicProfile, method: CalendarMethod, *, link: str = ""
) -> bytes:
    """Return the calendar file of one appointment, for its patient.

    For a proxy, `link` replaces the secret link.
    """
    calendar = _calendar(clinic, [appointment], method)
    event = _patient_event(appointment, clinic, link=link or appointment_url(appointment))
    if method != "PUBLISH":
        _add_participants(event, appointment, clinic)
    calendar.add_component(event)
    return calendar.to_ical()


def patient_calendar_feed(appointments: Iterable[Appointment], clinic: ClinicProfile) -> bytes:
    """Return a calendar feed of one patient's appointments."""
    rows = list(appointments)
    calendar = _feed(clinic, rows)
    for appointment in rows:
        link = appointment_url(appointment)
        calendar.add_component(_patient_event(appointment, clinic, link=link))
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


def event_uid(appointment: Appointment, clinic: ClinicProfile) -> str:
    """Return the UID of an appointment, which never changes, not even with the site's address."""
    return f"{appointment.public_id}@{urlsplit(clinic.identifier_url).hostname or 'localhost'}"


def _patient_event(appointment: Appointment, clinic: ClinicProfile, *, link: str) -> Event:
    event = _event(appointment, clinic)
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
    event.add("uid", event_uid(appointment, clinic))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", clock.now().astimezone(UTC).replace(microsecond=0))
    for name, instant in event_times(appointment, clinic.zone).items():
        event.add(name, instant)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def event_times(appointment: Appointment, zone: ZoneInfo) -> dict[str, datetime]:
    """Return start and end in the clinic's zone, or both in UTC if one is in a repeated hour.

    In the hour that is repeated when the clocks go back, a local time means the first occurrence
    (RFC 5545, 3.3.5), but calendar programs do not agree about it.
    """
    instants = {"dtstart": appointment.starts_at, "dtend": appointment.ends_at}
    is_repeated = any(_is_repeated(instant, zone) for instant in instants.values())
    chosen = UTC if is_repeated else zone
    return {name: instant.astimezone(chosen) for name, instant in instants.items()}


def _is_repeated(instant: datetime, zone: ZoneInfo) -> bool:
    """Return whether the local time of an instant occurs twice, as the clocks go back."""
    local = instant.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


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
    calendar.add("refresh-interval", REFRESH_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_AFTER))
    return calendar


def _calendar(clinic: ClinicProfile, rows: list[Appointment], method: CalendarMethod) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    first_year = min(row.starts_at.year for row in rows) if rows else clock.now().year
    calendar.add_component(vtimezone(clinic.time_zone, first_year - 1))
    return calendar
