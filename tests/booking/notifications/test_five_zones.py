"""Page, mail and calendar file of the same appointment say the same, wherever the clinic is."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.models import Appointment, Notification
from booking.notifications.calendar_files.ics import appointment_calendar
from booking.notifications.rendering import render
from tests.booking.notifications.zones_in_files import offset_by_file
from tests.scene import ADA, GUEST, Scene, make_clinic

pytestmark = pytest.mark.django_db

BEFORE = datetime(2026, 9, 1, tzinfo=ZoneInfo("UTC"))
PLACES = {
    "America/Chicago": ("Chicago time (CST)", date(2026, 11, 1), "CDT to CST that morning"),
    "Europe/London": ("London time (GMT)", date(2026, 10, 25), "BST to GMT that morning"),
    "Australia/Lord_Howe": ("Lord Howe time (UTC+11)", date(2026, 10, 4), "half an hour ahead"),
    "America/Santiago": ("Santiago time (UTC-03)", date(2026, 9, 6), "forward at midnight"),
    "Asia/Kathmandu": ("Kathmandu time (UTC+0545)", date(2026, 10, 25), "never changes"),
}
"""What the zone is called, and a day on which its clocks change."""
ON_THE_CLOCK = (time(9, 15), time(15, 0))


def book(scene: Scene, start: datetime) -> Appointment:
    booked = book_appointment(scene.hold(start), ADA, by=GUEST)
    return Appointment.objects.with_related().get(pk=booked.pk)


def event_of(content: bytes) -> Any:
    """The one event, as a calendar program reads it."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def instant_of_vtimezone(content: bytes, name: str) -> datetime:
    """The instant that the file means by its own VTIMEZONE, whatever the reader knows of zones."""
    calendar: Any = Calendar.from_ical(content)
    (zone,) = calendar.walk("VTIMEZONE")
    value = event_of(content)[name]
    local = value.dt.replace(tzinfo=None)
    return (local - offset_by_file(zone, local)).replace(tzinfo=ZoneInfo("UTC"))


# On PostgreSQL only the day on which clocks change: it stores instants, whatever the zone.
@pytest.mark.parametrize("days_after", [pytest.param(0, marks=pytest.mark.postgresql), 1, 30])
@pytest.mark.parametrize("clock", ON_THE_CLOCK)
@pytest.mark.parametrize("zone", PLACES)
def test_page_mail_and_calendar_file_show_the_same_time(
    zone: str, clock: time, days_after: int, settings: Settings, client: Client
) -> None:
    settings.CLINIC_CLOCK = BEFORE
    scene = make_clinic(time_zone=zone, horizon_days=120)
    day = PLACES[zone][1] + timedelta(days=days_after)
    start = datetime.combine(day, clock, ZoneInfo(zone))
    appointment = book(scene, start)

    mail = render(Notification.objects.get(kind="booked"))
    page = client.get(f"/appointments/{appointment.link_token}/").content.decode()
    file = client.get(f"/appointments/{appointment.link_token}/appointment.ics").content
    clock_words = f"{clock.hour % 12 or 12}:{clock.minute:02} {'am' if clock.hour < 12 else 'pm'}"
    day_words = f"{day:%A} {day.day} {day:%B %Y}"

    assert f"When: {day_words}, {clock_words}, " in mail.text
    assert day_words in page
    assert f"{clock_words} to " in page
    for words in (mail.text, mail.html, page):
        assert PLACES[zone][0] in words or days_after == 30
        assert clock_words in words
    for content in (file, mail.attachments[0].content):
        event = event_of(content)
        assert event["DTSTART"].dt == start
        assert event["DTEND"].dt - start == timedelta(hours=1)
        assert event["DTSTART"].params["TZID"] == zone
        for name in ("DTSTART", "DTEND"):
            assert instant_of_vtimezone(content, name) == event[name].dt.astimezone(ZoneInfo("UTC"))


def test_the_second_of_two_repeated_local_times_is_written_in_utc(settings: Settings) -> None:
    """01:30 comes twice on 1 November in Chicago; a file with a zone can only mean the first."""
    settings.CLINIC_CLOCK = BEFORE
    scene = make_clinic(horizon_days=120)
    chicago = ZoneInfo("America/Chicago")
    for fold in (0, 1):
        start = datetime(2026, 11, 1, 1, 30, tzinfo=chicago, fold=fold)
        row = Appointment(
            option=scene.option, therapist=scene.therapists[0], room=scene.rooms[0],
            starts_at=start.astimezone(ZoneInfo("UTC")),
            ends_at=start.astimezone(ZoneInfo("UTC")) + timedelta(hours=1),
        )  # fmt: skip
        event = event_of(appointment_calendar(row, scene.clinic, "PUBLISH"))
        assert event["DTSTART"].dt.timestamp() == start.timestamp()
