"""A small clinic and a held time, for tests that need no other."""

import pytest

from booking.actions.holds.hold_slot import hold_slot
from booking.models import Appointment
from tests.scene import GUEST, Scene, at, make_clinic


@pytest.fixture
def scene() -> Scene:
    """One therapist in one room; the test has to ask for the database."""
    return make_clinic()


@pytest.fixture
def hold(scene: Scene) -> Appointment:
    """A time nobody has answered for yet."""
    return hold_slot(
        scene.slot_request(at(10)), by=GUEST, browser_key="browser", draft='{"name": "Ada"}'
    )
