"""A clinic that writes receipts already, and an appointment of today."""

import pytest
from django.test import Client
from pytest_django import Settings

from booking.models import Appointment
from tests.booking.desk.staffed_desk import Desk, make_desk, signed_in
from tests.factories import PaymentFactory
from tests.scene import at

TODAY = at(12).replace(day=23)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = "optional"


@pytest.fixture
def front(desk: Desk) -> Client:
    """A test client signed in as front desk."""
    return signed_in(desk.front)


@pytest.fixture
def desk(db: None) -> Desk:
    """A clinic that wrote its first receipt the day before, for somebody else."""
    desk = make_desk()
    PaymentFactory(appointment=desk.booked(at(9), desk.other), taken_at=at(9).replace(day=22))
    return desk


@pytest.fixture
def appointment(desk: Desk) -> Appointment:
    return desk.booked(TODAY)
