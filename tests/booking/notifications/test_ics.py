"""Calendar files, read back as calendar programs read them."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.inputs import PersonalDetails
from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications.calendar_files.ics import (
    appointment_calendar,
    event_times,
    patient_calendar_feed,
    therapist_calendar_feed,
)
from booking.notifications.calendar_files.vtimezone import vtimezone
from booking.notifications.rendering import render
from tests.booking.notifications.zones_in_files import all_onsets, offset_by_file
from tests.scene import ADA, GUEST, Scene, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

FRIDAY = date(2026, 11, 27)


@pytest.fixture
def scene() -> Scene:
    return make_clinic(cancellation_hours=1)


def book(scene: Scene, who: PersonalDetails = ADA) -> Appointment:
    return book_appointment(scene.hold(at(10, day=FRIDAY)), who, by=GUEST)


def attached(kind: str) -> tuple[Any, Any]:
    """The file of the newest mail of a kind, parsed back."""
    mail = render(Notification.objects.filter(kind=kind).latest("pk"))
    return read(mail.attachments[0].content)


def read(content: bytes) -> tuple[Any, Any]:
    calendar: Any = Calendar.from_ical(content)
    return calendar, calendar.walk("VEVENT")[0]


def test_uid_sequence_and_method_follow_the_changes(scene: Scene) -> None:
    appointment = book(scene)
    seen = [attached("booked")]
    reschedule_appointment(appointment, start=at(14, day=FRIDAY), by=GUEST)
    seen.append(attached("moved"))
    cancel_appointment(appointment, by=GUEST)
    seen.append(attached("cancelled"))
    restore_appointment(appointment, by=GUEST)
    seen.append(attached("restored"))

    assert {str(event["UID"]) for _file, event in seen} == {
        f"{appointment.public_id}@clinic.example"
    }
    assert [int(event["SEQUENCE"]) for _file, event in seen] == [0, 1, 2, 3]
    assert [str(file["METHOD"]) for file, _event in seen] == [
        "REQUEST", "REQUEST", "CANCEL", "REQUEST",
    ]  # fmt: skip
    assert [str(event["STATUS"]) for _file, event in seen] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED",
    ]  # fmt: skip


def test_the_event_names_clinic_location_and_attendee(scene: Scene) -> None:
    appointment = book(scene)
    _file, event = attached("booked")

    assert event["SUMMARY"] == "Test clinic: massage"
    assert event["LOCATION"] == f"1 Example Street, Chicago, IL 60601, {appointment.room.name}"
    assert event["ORGANIZER"] == "mailto:hello@clinic.example"
    assert event["ATTENDEE"] == "mailto:ada@mail.example"
    assert event["URL"] == f"https://clinic.example/appointments/{appointment.link_token}/"
    assert event["CLASS"] == "PRIVATE"


TRICKS = [
    "Ana\r\nATTENDEE:mailto:evil@mail.example",
    "Ana\nEND:VEVENT\nBEGIN:VALARM",
    'Ana";X=1:evil',
    "Ana\\nSUMMARY:evil;,",
    "\u202eanA",
    "Ä" * 150,
    "👩‍⚕️ Ana",
]


@pytest.mark.parametrize("name", TRICKS)
def test_names_cannot_change_properties_of_the_event(scene: Scene, name: str) -> None:
    plain = appointment_calendar(book(scene), scene.clinic, "REQUEST")
    appointment = Appointment.objects.with_related().get()
    appointment.therapist.name = appointment.room.name = name[:120]
    scene.clinic.name = scene.clinic.street = name[:120]
    assert appointment.patient is not None
    appointment.patient.name = name
    tricky = appointment_calendar(appointment, scene.clinic, "REQUEST")
    feed = therapist_calendar_feed([appointment], scene.clinic)

    kept = {"SUMMARY", "LOCATION", "DESCRIPTION", "ORGANIZER"}
    before, after = read(plain)[1], read(tricky)[1]
    assert list(before.keys()) == list(after.keys())
    assert {k: v for k, v in before.items() if k not in kept} == {
        k: v for k, v in after.items() if k not in kept
    }
    assert len(Calendar.from_ical(feed).walk("VEVENT")) == 1
    for content in (tricky, feed):
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        assert "\u202e" not in content.decode()


def test_the_patients_event_has_all_details_and_the_therapists_only_initials(scene: Scene) -> None:
    appointment = book(scene)
    own = read(patient_calendar_feed([appointment], scene.clinic))
    theirs = therapist_calendar_feed([appointment], scene.clinic).decode().replace("\r\n ", "")

    assert own[1]["SUMMARY"] == "Test clinic: massage"
    assert str(own[0]["METHOD"]) == "PUBLISH"
    assert "Ada E." in theirs
    assert "Example," not in theirs.replace("1 Example Street", "")
    assert "mail.example" not in theirs
    assert appointment.link_token not in theirs
    assert appointment.patient is not None
    assert appointment.patient.phone not in theirs


ZONES = ["America/Chicago", "Europe/London", "Australia/Lord_Howe", "America/Santiago"]
LISTED_ZONES = ["Africa/Casablanca", "Asia/Kathmandu"]
"""Zones whose clocks follow no yearly rule, or never change."""


@pytest.mark.parametrize("zone", [*ZONES, *LISTED_ZONES])
def test_the_zone_in_the_file_is_right_at_every_hour_of_two_years(zone: str) -> None:
    """What the file says of a wall-clock reading, against what the system knows."""
    place = ZoneInfo(zone)
    onsets = all_onsets(vtimezone(zone, 2025), 2025, 2028)
    begins = [begin for begin, _offset in onsets]
    instant = datetime(2026, 1, 2, tzinfo=UTC)
    while instant < datetime(2027, 12, 30, tzinfo=UTC):
        local = instant.astimezone(place)
        if not local.fold:
            wall = local.replace(tzinfo=None)
            offset = onsets[bisect_right(begins, wall) - 1][1]
            assert offset == local.utcoffset(), local
        instant += timedelta(minutes=30)


@pytest.mark.parametrize("zone", ZONES)
def test_changes_of_the_clocks_are_rules_that_never_end(zone: str) -> None:
    parts: Any = vtimezone(zone, 2025).subcomponents

    assert sorted(part.name for part in parts) == ["DAYLIGHT", "STANDARD"]
    assert all("FREQ=YEARLY" in part["RRULE"].to_ical().decode() for part in parts)
    assert all("UNTIL" not in part["RRULE"] and "COUNT" not in part["RRULE"] for part in parts)


@pytest.mark.parametrize("zone", [*ZONES, "Europe/Berlin", "America/Havana", *LISTED_ZONES])
@given(minutes=st.integers(0, 3 * 365 * 24 * 60), length=st.integers(5, 300), near=st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_reader_gets_the_instants_that_were_booked(
    zone: str, *, minutes: int, length: int, near: bool
) -> None:
    """By the file's own zone, by the reader's, and never by a local time that comes twice."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    place = ZoneInfo(zone)
    if near:  # move to the next change of the clocks, if there is one soon
        offset = start.astimezone(place).utcoffset()
        later = (start + timedelta(days=days) for days in range(200))
        day = next((t for t in later if t.astimezone(place).utcoffset() != offset), start)
        hours = (day - timedelta(hours=hours) for hours in range(25))
        start = next((t for t in hours if t.astimezone(place).utcoffset() == offset), start)
        start -= timedelta(minutes=length // 2)
    ends = start + timedelta(minutes=length)
    written: Any = vtimezone(zone, start.year - 1)

    times = event_times(Appointment(starts_at=start, ends_at=ends), place)

    for name, instant in (("dtstart", start), ("dtend", ends)):
        value = times[name]
        assert value == instant
        if value.tzinfo is not UTC:
            local = value.replace(tzinfo=None)
            assert offset_by_file(written, local) == value.utcoffset()
            assert value.replace(fold=0).utcoffset() == value.replace(fold=1).utcoffset()


def test_a_feed_says_how_often_to_read_it_and_is_valid_when_it_is_empty(scene: Scene) -> None:
    for rows in ([], [book(scene)]):
        feed = patient_calendar_feed(rows, scene.clinic)
        lines = feed.decode().split("\r\n")

        assert "REFRESH-INTERVAL;VALUE=DURATION:PT30M" in lines
        assert "X-PUBLISHED-TTL:PT30M" in lines
        calendar: Any = Calendar.from_ical(feed)
        assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"][
            : 1 + len(rows)
        ]


def test_uids_stay_when_the_site_moves(scene: Scene, settings: Settings) -> None:
    appointment = book(scene)
    before = read(patient_calendar_feed([appointment], scene.clinic))[1]["UID"]

    settings.BASE_URL = "https://new.example"

    after = read(patient_calendar_feed([appointment], ClinicProfile.objects.get()))[1]
    assert (after["UID"], before) == (before, f"{appointment.public_id}@clinic.example")
