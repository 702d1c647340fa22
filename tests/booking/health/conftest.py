"""An appointment to be asked about, and a front desk that may not read answers."""

import pytest

from booking.actions.actor import Actor, ActorType
from booking.actions.health.enter_answers import enter_arrival_answers
from booking.models import Appointment, ClinicProfile, Patient, Role, User
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.health.front_desk import MINE, Desk, online
from tests.factories import AppointmentFactory, ClinicProfileFactory
from tests.people import add_app, member
from tests.scene import Scene, make_clinic


@pytest.fixture
def clinic() -> ClinicProfile:
    """The clinic's profile, with its health questions signed."""
    return ClinicProfileFactory()


@pytest.fixture
def appointment(clinic: ClinicProfile) -> Appointment:
    """A booked appointment tomorrow, without answers."""
    return AppointmentFactory()


@pytest.fixture
def scene(db: None, frozen_clock: object) -> Scene:
    return make_clinic(rooms=2)


@pytest.fixture
def therapist(scene: Scene) -> User:
    user = make.StaffRoleFactory(role=Role.THERAPIST).user
    add_app(user)
    scene.therapist.user = user
    scene.therapist.save()
    return user


@pytest.fixture
def desk() -> Desk:
    user = make.UserFactory(email=MINE, last_login=clock.now())
    patient = make.PatientFactory(name="Vera Reader", user=user, email=MINE, own_email=MINE)
    return Desk(member(Role.FRONTDESK), user, patient)


@pytest.fixture
def vera(scene: Scene, therapist: User) -> Patient:
    """A guest who has booked online, and whose therapist has asked her again on arrival."""
    visit = online(scene)
    enter_arrival_answers(visit, AnswerSet(), by=Actor(ActorType.STAFF, therapist))
    assert visit.patient is not None
    return visit.patient
