"""An appointment to be asked about."""

import pytest

from booking.models import Appointment, ClinicProfile
from tests.factories import AppointmentFactory, ClinicProfileFactory


@pytest.fixture
def clinic() -> ClinicProfile:
    """The clinic's profile, with its health questions signed."""
    return ClinicProfileFactory()


@pytest.fixture
def appointment(clinic: ClinicProfile) -> Appointment:
    """A booked appointment tomorrow, without answers."""
    return AppointmentFactory()
