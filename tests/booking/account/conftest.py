"""A patient who is signed in, and the clinic that they come to."""

from dataclasses import dataclass

import pytest
from django.test import Client

from booking.models import Patient
from tests import factories as make
from tests.people import browser_of, patient_user
from tests.scene import Scene, make_weekday_clinic


@dataclass(frozen=True)
class SignedIn:
    """A patient, and the browser in which they are signed in."""

    patient: Patient
    browser: Client


@pytest.fixture(autouse=True)
def scene(db: None, frozen_clock: object) -> Scene:
    return make_weekday_clinic(therapists=2, rooms=2)


@pytest.fixture
def ana(scene: Scene) -> SignedIn:
    user = make.UserFactory.create(email="ana@reader.example")
    patient = make.PatientFactory.create(user=user, name="Ana Reader", email=user.email)
    return SignedIn(patient, browser_of(user))


@pytest.fixture
def patient(scene: Scene) -> Patient:
    """A patient with an account and nothing booked."""
    user = patient_user(email="ana@mail.example", name="Ana Reader")
    return make.PatientFactory.create(user=user, name="Ana Reader", email=user.email)


@pytest.fixture
def browser(patient: Patient) -> Client:
    """The browser in which that patient is signed in, by a mailed code alone."""
    assert patient.user is not None
    return browser_of(patient.user, proven=False)
