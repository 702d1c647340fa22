"""An appointment that can be moved."""

from datetime import date

import pytest

from booking.actions.appointments.book_online import book_appointment
from booking.models import Appointment
from tests.scene import ADA, GUEST, Scene, at, make_clinic

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
