"""Reminders: the owner chooses when; nobody is reminded twice, wrongly, or of the past."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.confirm import confirm_attendance
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.actions.notifications.notification_settings import set_notification_settings
from booking.actions.notifications.queue_reminders import queue_reminders
from booking.models import Appointment, Notification
from booking.models.staff import Role
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from booking.notifications.subjects.reminders import hours_before
from booking.queries.notifications.outbox import (
    count_undelivered_by_folder,
    mails_to_patient,
    notifications_in_folder,
)
from clinic.lib.dates import clock
from tests.factories import AppointmentFactory, StaffRoleFactory
from tests.people import browser_of, member
from tests.scene import ADA, GUEST, Scene, at, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

STAFF = Actor(ActorType.STAFF)
THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
HOUR = timedelta(hours=1)


@pytest.fixture
def scene() -> Scene:
    return make_clinic()


def book(scene: Scene, start: datetime) -> Appointment:
    return book_appointment(scene.hold(start), ADA, by=GUEST)


def due() -> list[datetime]:
    """When reminders are due, as rows say."""
    return [row.due_at for row in Notification.objects.filter(kind="reminder").order_by("due_at")]


def sent(settings: Settings, when: datetime) -> list[str]:
    """Which kinds go at a moment; all before it must have gone."""
    settings.CLINIC_CLOCK = when
    before = set(Notification.objects.filter(status="kept").values_list("pk", flat=True))
    deliver_due()
    done = Notification.objects.filter(status="kept").exclude(pk__in=before).order_by("pk")
    return list(done.values_list("kind", flat=True))


def test_by_default_two_days_and_three_hours_before(scene: Scene) -> None:
    book(scene, at(10, day=FRIDAY))

    assert due() == [at(10, day=date(2026, 11, 25)), at(7, day=FRIDAY)]


def test_a_late_booking_has_no_earlier_reminders(scene: Scene) -> None:
    book(scene, at(10))  # tomorrow: two days before was yesterday

    assert due() == [at(7)]


def test_the_owner_sets_the_reminder_times_or_none(scene: Scene) -> None:
    set_notification_settings(hours=[24], thanks=False)
    book(scene, at(10, day=FRIDAY))
    assert due() == [at(10, day=THURSDAY)]

    set_notification_settings(hours=[], thanks=False)
    book(scene, at(14, day=FRIDAY))
    assert len(due()) == 1


def test_each_reminder_is_sent_once_at_its_time(scene: Scene, settings: Settings) -> None:
    book(scene, at(10, day=FRIDAY))
    wednesday = date(2026, 11, 25)

    assert sent(settings, at(9, 59, day=wednesday)) == ["booked"]
    assert sent(settings, at(10, day=wednesday)) == ["reminder"]
    assert sent(settings, at(6, 59, day=FRIDAY)) == []
    assert sent(settings, at(7, day=FRIDAY)) == ["reminder"]
    assert sent(settings, at(9, day=FRIDAY)) == []


def test_no_reminder_after_a_cancellation_unless_it_is_undone(
    scene: Scene, settings: Settings
) -> None:
    appointment = book(scene, at(10, day=FRIDAY))
    sent(settings, settings.CLINIC_CLOCK)
    cancel_appointment(appointment, by=GUEST)
    assert sent(settings, at(10, day=date(2026, 11, 25))) == ["cancelled"]

    restore_appointment(appointment, by=STAFF)
    assert sorted(sent(settings, at(7, day=FRIDAY))) == ["reminder", "restored"]


def test_after_a_move_reminders_are_for_the_new_time_only(scene: Scene, settings: Settings) -> None:
    appointment = book(scene, at(10, day=THURSDAY))
    reschedule_appointment(appointment, start=at(15, day=FRIDAY), by=STAFF)

    assert sent(settings, at(10)) == ["moved"]
    assert sent(settings, at(12, day=date(2026, 11, 25))) == []
    assert sent(settings, at(15, day=date(2026, 11, 25))) == ["reminder"]
    assert sent(settings, at(7, day=THURSDAY)) == []


def waiting(appointment: Appointment) -> list[datetime]:
    """When the desk says that reminders of an appointment go."""
    rows = mails_to_patient(appointment)
    return sorted(row.due_at for row in rows if row.kind == "reminder" and not row.is_replaced)


def test_the_record_of_the_patient_says_the_same_of_a_reminder_as_the_appointment(
    scene: Scene,
) -> None:
    appointment = book(scene, at(10, day=FRIDAY))
    reschedule_appointment(appointment, start=at(15, day=FRIDAY), by=STAFF)
    patient = appointment.patient
    assert patient is not None
    browser = browser_of(member(Role.FRONTDESK))
    pages = [
        f"/desk/patients/{patient.public_id}/", f"/desk/appointments/{appointment.public_id}/",
    ]  # fmt: skip
    counts = [
        len(re.findall("no longer needed", browser.get(page).content.decode())) for page in pages
    ]

    assert counts == [2, 2]


def in_folder(name: str) -> int:
    """How many reminders a folder of the desk's mail lists; as many as it counts."""
    owner, now = StaffRoleFactory(role=Role.OWNER).user, clock.now()
    rows = notifications_in_folder(owner, name, now).filter(kind="reminder")
    others = notifications_in_folder(owner, name, now).exclude(kind="reminder").count()
    if name == "waiting":
        assert count_undelivered_by_folder(owner, now)[name] == rows.count() + others
    return rows.count()


def test_an_appointment_moved_away_and_back_has_exactly_one_reminder_at_each_time(
    scene: Scene, settings: Settings
) -> None:
    appointment = book(scene, at(10, day=FRIDAY))
    two_days, on_the_day = at(10, day=date(2026, 11, 25)), at(7, day=FRIDAY)
    for start in (at(15, day=FRIDAY), at(10, day=FRIDAY)) * 2:
        reschedule_appointment(appointment, start=start, by=STAFF)

    assert waiting(appointment) == [two_days, on_the_day]
    assert sent(settings, two_days - timedelta(minutes=1)).count("reminder") == 0
    assert sent(settings, two_days).count("reminder") == 1
    assert sent(settings, at(15, day=date(2026, 11, 25))) == []
    assert sent(settings, on_the_day) == ["reminder"]
    assert sent(settings, at(12, day=FRIDAY)) == []


def test_a_reminder_of_a_time_before_a_move_is_shown_as_no_longer_needed(scene: Scene) -> None:
    appointment = book(scene, at(10, day=FRIDAY))
    reschedule_appointment(appointment, start=at(15, day=FRIDAY), by=STAFF)
    appointment.refresh_from_db()
    moved = waiting(appointment), in_folder("waiting"), in_folder("all")
    cancel_appointment(appointment, by=STAFF)

    assert moved == ([at(15, day=date(2026, 11, 25)), at(12, day=FRIDAY)], 2, 4)
    assert (waiting(appointment), in_folder("waiting"), in_folder("all")) == ([], 0, 4)


def test_after_an_outage_only_one_reminder_is_sent(scene: Scene, settings: Settings) -> None:
    book(scene, at(10, day=FRIDAY))

    assert sent(settings, at(8, day=FRIDAY)).count("reminder") == 1


def test_no_reminder_after_the_start(scene: Scene, settings: Settings) -> None:
    book(scene, at(10, day=FRIDAY))

    assert "reminder" not in sent(settings, at(10, day=FRIDAY))


def test_changed_reminder_times_apply_to_existing_bookings(
    scene: Scene, settings: Settings
) -> None:
    book(scene, at(10, day=FRIDAY))
    set_notification_settings(hours=[24], thanks=False)
    assert sent(settings, at(10, day=date(2026, 11, 25))) == ["booked"]

    settings.CLINIC_CLOCK = at(9, 50, day=THURSDAY)
    assert queue_reminders(settings.CLINIC_CLOCK) == 1
    assert queue_reminders(settings.CLINIC_CLOCK) == 0
    assert sent(settings, at(10, day=THURSDAY)) == ["reminder"]


def test_planning_reads_few_rows(
    scene: Scene, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def look() -> None:
        queue_reminders(at(9, 55))
        with django_assert_num_queries(7):
            assert queue_reminders(at(9, 55)) == 0

    AppointmentFactory(starts_at=at(10, day=THURSDAY))
    look()
    for minute in (0, 5, 10):
        AppointmentFactory(starts_at=at(10, minute, day=THURSDAY))
    look()


def test_reminders_ask_to_confirm_until_confirmed(scene: Scene) -> None:
    appointment = book(scene, at(10, day=FRIDAY))
    row = Notification.objects.filter(kind="reminder").earliest("due_at")
    address = f"/appointments/{appointment.link_token}/confirm/"
    assert address in render(row).text

    confirm_attendance(appointment, by=GUEST)
    assert address not in render(Notification.objects.get(pk=row.pk)).text


CHANGES = {
    # zone, start, hours, reminder by the clinic's clock
    "Chicago, an hour less": ("America/Chicago", (2027, 3, 15, 10, 0), 48, (2027, 3, 13, 10, 0)),
    "Chicago, an hour more": ("America/Chicago", (2026, 11, 2, 10, 0), 48, (2026, 10, 31, 10, 0)),
    "Chicago, three real hours": ("America/Chicago", (2026, 11, 1, 3, 0), 3, (2026, 11, 1, 1, 0)),
    "Chicago, skipped reading": ("America/Chicago", (2027, 3, 15, 2, 30), 24, (2027, 3, 14, 3, 30)),
    "Lord Howe, half an hour less": (
        "Australia/Lord_Howe", (2026, 10, 5, 9, 0), 48, (2026, 10, 3, 9, 0),
    ),
    "Lord Howe, half an hour more": (
        "Australia/Lord_Howe", (2027, 4, 5, 9, 0), 48, (2027, 4, 3, 9, 0),
    ),
    "Lord Howe, three real hours": (
        "Australia/Lord_Howe", (2027, 4, 4, 3, 0), 3, (2027, 4, 4, 0, 30),
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_reminder_days_are_calendar_days_and_hours_are_real_hours(change: str) -> None:
    zone, start, hours, expected = CHANGES[change]
    place = ZoneInfo(zone)
    moment = hours_before(datetime(*start, tzinfo=place), hours, place)

    assert moment.astimezone(place).timetuple()[:5] == expected
    if hours < 24:
        begins = datetime(*start, tzinfo=place).astimezone(UTC)
        assert begins - moment == hours * HOUR


@pytest.mark.parametrize("zone", ["America/Chicago", "Australia/Lord_Howe"])
def test_a_reminder_over_a_change_of_the_clocks_is_sent_at_the_same_time_of_day(
    zone: str, settings: Settings
) -> None:
    place = ZoneInfo(zone)
    change = date(2026, 11, 1) if "Chicago" in zone else date(2026, 10, 4)
    settings.CLINIC_CLOCK = datetime.combine(change - timedelta(days=5), time(12), place)
    scene = make_clinic(time_zone=zone)
    start = datetime.combine(change + timedelta(days=1), time(10), place)
    book(scene, start)
    before = datetime.combine(change - timedelta(days=1), time(9, 59), place)

    assert "reminder" not in sent(settings, before)
    assert sent(settings, before + timedelta(minutes=1)) == ["reminder"]
    text = render(Notification.objects.filter(kind="reminder").earliest("due_at")).text
    assert "10:00 am" in text
