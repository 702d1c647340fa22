"""Helpers for tests of two concurrent changes."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.models import Appointment
from tests.booking.races.concurrency import all_at_once, second_before_first_commits
from tests.scene import ADA, GUEST, Scene, at, fresh

THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
TEN, ELEVEN, TWO = at(10, day=THURSDAY), at(11, 30, day=THURSDAY), at(14, day=FRIDAY)
Job = Callable[[], object]
Together = Callable[[Job, Job], list[object]]
real = pytest.mark.usefixtures("database")
expendable = pytest.mark.usefixtures("expendable_database")


def simultaneously(first: Job, second: Job) -> list[object]:
    return list(all_at_once([first, second]))


def second_first(first: Job, second: Job) -> list[object]:
    return list(reversed(second_before_first_commits(second, first)))


ORDERS = pytest.mark.parametrize(
    "together",
    [
        pytest.param(simultaneously, id="simultaneous"),
        pytest.param(second_before_first_commits, id="forced"),
        pytest.param(second_first, id="forced the other way round"),
    ],
)


def booked(scene: Scene, start: datetime, browser_key: str = "browser") -> Appointment:
    """Book an appointment with the first therapist."""
    return book_appointment(scene.hold(start, scene.therapists[0], browser_key), ADA, by=GUEST)


def move(scene: Scene, appointment: Appointment, start: datetime) -> Job:
    """Move an appointment as its patient, to the first therapist."""
    slug = scene.therapists[0].slug
    return lambda: reschedule_appointment(fresh(appointment), start=start, therapist=slug, by=GUEST)


def book(scene: Scene, start: datetime) -> Job:
    """Hold and book a start as another patient."""
    return lambda: booked(scene, start, "another browser")


def save(appointment: Appointment, **values: object) -> Job:
    """Return a job that saves some fields of an appointment without reloading it."""

    def write() -> object:
        for name, value in values.items():
            setattr(appointment, name, value)
        appointment.save(update_fields=list(values))
        return appointment

    return write
