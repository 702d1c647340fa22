"""Fixtures of the desk tests: Monday noon in Chicago, without a second factor."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from booking.models import Appointment
from tests.booking.desk.staffed_desk import Desk, make_desk, signed_in
from tests.scene import at


@pytest.fixture(autouse=True)
def _monday_noon(frozen_clock: datetime, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = "optional"


@pytest.fixture
def desk(db: None) -> Desk:
    """A clinic with two therapists, two rooms and a front desk."""
    return make_desk()


@pytest.fixture
def front(desk: Desk) -> Client:
    """A test client signed in as front desk."""
    return signed_in(desk.front)


@pytest.fixture
def tomorrow(desk: Desk) -> Appointment:
    """An appointment of Ada Example, tomorrow at ten with Maya."""
    return desk.booked(at(10), patient__name="Ada Example", patient__phone="312-555-0101")
