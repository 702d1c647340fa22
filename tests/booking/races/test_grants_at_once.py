"""Both sides end a grant, or a grant ends while somebody acts, at the same moment."""

from datetime import timedelta

import pytest

from booking.actions.appointments.cancel import cancel_appointment
from booking.errors import MayNotActForPatient
from booking.features.proxies.actions.grants import end_grant, grant_by_patient
from booking.features.proxies.models import ProxyEnd
from booking.features.proxies.queries import live_grants
from booking.lifecycle import Status
from tests.booking.features.proxies.family import TERMS, person
from tests.booking.races.concurrency import ORDERS, Together
from tests.factories import AppointmentFactory, tomorrow_at
from tests.scene import fresh, make_clinic

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database"),
    pytest.mark.postgresql,
]


@ORDERS
def test_both_sides_end_a_grant_and_it_ends_once(together: Together) -> None:
    make_clinic()
    ana, ben = person("Ana"), person("Ben")
    grant = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    results = together(
        lambda: end_grant(grant.public_id, by=ana.actor),
        lambda: end_grant(grant.public_id, by=ben.actor),
    )

    assert list(results) == [True, True]
    assert ProxyEnd.objects.count() == 1


@ORDERS
def test_two_grants_at_once_leave_one(together: Together) -> None:
    make_clinic()
    ana, ben = person("Ana"), person("Ben")

    def grant() -> object:
        return grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor).pk

    together(grant, grant)
    assert live_grants().count() == 1


@ORDERS
def test_an_action_and_the_end_of_its_grant_leave_a_whole_state(together: Together) -> None:
    make_clinic()
    ana, ben = person("Ana"), person("Ben")
    grant = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    later = tomorrow_at(16) + timedelta(days=5)
    visit = AppointmentFactory(patient=ben.patient, starts_at=later)
    acting = ana.acting_for(ben.patient)
    cancelled, _ended = together(
        lambda: cancel_appointment(visit, by=acting),
        lambda: end_grant(grant.public_id, by=ben.actor),
    )

    refused = isinstance(cancelled, MayNotActForPatient)
    assert fresh(visit).status == (Status.BOOKED if refused else Status.CANCELLED)
    assert live_grants().count() == 0
