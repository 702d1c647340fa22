"""After days without a worker, overdue jobs run once and send nothing that is too late."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from booking.actions.jobs.job_runner import JobRunner
from booking.lifecycle import Status
from booking.models import Appointment, Notification
from booking.notifications.delivery import deliver_due
from clinic.lib.dates import clock
from tests.factories import AppointmentFactory, UserFactory
from tests.scene import Scene, at, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)


@pytest.fixture
def scene() -> Scene:
    scene = make_clinic(reminder_hours=[48], thank_you_mail=True)
    scene.therapist.user = UserFactory(email="maya@clinic.example")
    scene.therapist.save()
    return scene


def booked(scene: Scene, hour: int, day: date, **values: object) -> Appointment:
    """An appointment whose reminders were never queued, as after a change of the hours."""
    return AppointmentFactory(
        option=scene.option,
        therapist=scene.therapist,
        room=scene.rooms[0],
        starts_at=at(hour, day=day),
        booked_at=clock.now() - timedelta(days=9),
        **values,
    )


def work() -> None:
    JobRunner().run_once()
    deliver_due()


def sent(kind: str) -> list[int | None]:
    rows = Notification.objects.filter(kind=kind, status="kept").order_by("pk")
    return list(rows.values_list("appointment_id", flat=True))


def test_overdue_reminders_are_sent_unless_the_appointment_is_near_or_over(
    scene: Scene, settings: Settings
) -> None:
    work()
    over = booked(scene, 14, date(2026, 11, 25))
    near = booked(scene, 13, THURSDAY)
    ahead = booked(scene, 15, FRIDAY)
    later = booked(scene, 15, date(2026, 11, 30))
    settings.CLINIC_CLOCK = at(12, day=THURSDAY)  # three days later
    work()
    work()

    assert sent("reminder") == [ahead.pk]
    assert over.pk < near.pk < later.pk


def test_a_reminder_in_the_queue_is_not_sent_shortly_before_the_appointment(
    scene: Scene, settings: Settings
) -> None:
    row = booked(scene, 13, THURSDAY)
    settings.CLINIC_CLOCK = at(12, 50, day=date(2026, 11, 24))
    JobRunner().run_once()
    assert Notification.objects.waiting().filter(kind="reminder").count() == 1
    settings.CLINIC_CLOCK = at(11, 1, day=THURSDAY)
    deliver_due()

    assert Notification.objects.get(appointment=row, kind="reminder").status == "dropped"


def test_a_missed_list_of_tomorrow_is_sent_the_next_morning_but_not_later(
    scene: Scene, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(17)
    work()
    for day in (date(2026, 11, 25), THURSDAY):
        booked(scene, 11, day)
    settings.CLINIC_CLOCK = at(8, day=THURSDAY)
    work()
    work()
    lists = Notification.objects.filter(kind="day_list")
    assert [row.key.rpartition(":")[2] for row in lists] == ["2026-11-26"]

    Notification.objects.all().delete()
    settings.CLINIC_CLOCK = at(12, day=THURSDAY)
    work()
    assert not lists.all().exists()


def test_a_booking_of_today_queues_no_list_when_no_run_was_missed(
    scene: Scene, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(19)
    work()
    settings.CLINIC_CLOCK = at(8, day=date(2026, 11, 25))
    booked(scene, 11, date(2026, 11, 25))
    work()

    assert sent("day_list") == []


def test_thank_yous_are_sent_once_even_if_the_clock_is_set_back(
    scene: Scene, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(20)
    row = booked(scene, 10, date(2026, 11, 24), status=Status.COMPLETED)
    for days in (1, 3, -2, 1):
        settings.CLINIC_CLOCK += timedelta(days=days)
        work()

    assert sent("thank_you") == [row.pk]
