"""An appointment that can be moved."""

from datetime import date

import pytest

from booking.actions.appointments.book_online import book_appointment
from booking.models import Appointment
from tests.booking.appointments.guest_pages import booked
from tests.conftest import ModuleDatabase
from tests.scene import ADA, GUEST, Scene, at, make_clinic, make_weekday_clinic, on

THURSDAY = date(2026, 11, 26)


@pytest.fixture
def scene() -> Scene:
    """Two therapists and two rooms."""
    return make_clinic(therapists=2, rooms=2)


@pytest.fixture
def appointment(scene: Scene) -> Appointment:
    """Thursday at 10 with the first therapist, for 85.00."""
    hold = scene.hold(at(10, day=THURSDAY), scene.therapists[0])
    return book_appointment(hold, ADA, by=GUEST)


@pytest.fixture(scope="module")
def booked_thursday(module_database: ModuleDatabase) -> tuple[Scene, Appointment]:
    """A clinic, and Thursday at 10 with its first therapist, for all tests of a module.

    Tests take deep copies; what they change in the database is undone.
    """
    with module_database():
        scene = make_weekday_clinic(therapists=2, rooms=2)
        return scene, booked(scene, on(26, 10), scene.therapist)
