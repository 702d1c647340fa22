"""Both sides end a grant, or a grant ends while somebody acts, at the same moment; an invitation is
answered, or a record handed over, twice."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from booking.actions.appointments.cancel import cancel_appointment
from booking.errors import MayNotActForPatient
from booking.features.proxies.actions.grants import end_grant, grant_by_patient, make_grant
from booking.features.proxies.actions.invitations import (
    accept_invitation,
    invite,
    withdraw_invitation,
)
from booking.features.proxies.actions.takeovers import ask_to_take_over, hand_over_record
from booking.features.proxies.errors import InvitationNotOpen, TakeoverNotOpen
from booking.features.proxies.models import Basis, DateOfBirth, ProxyEnd, ProxyInvitation
from booking.features.proxies.queries import live_grants
from booking.lifecycle import Status
from booking.models import Patient, PatientMerge, Role
from tests.booking.features.proxies.family import TERMS, Person, person, staff_actor
from tests.booking.races.concurrency import ORDERS, Together
from tests.factories import AppointmentFactory, PatientFactory, tomorrow_at
from tests.people import member
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


@ORDERS
def test_an_invitation_is_accepted_once(together: Together) -> None:
    make_clinic()
    ana, ben = person("Ana"), person("Ben")
    row = invite(ben.user.email, ana.patient, TERMS, by=ana.actor)

    def accept() -> object:
        return accept_invitation(row.public_id, by=ben.actor)

    results = together(accept, accept)
    assert sum(isinstance(result, InvitationNotOpen) for result in results) == 1
    assert live_grants().count() == 1


@ORDERS
def test_an_invitation_is_accepted_or_withdrawn(together: Together) -> None:
    make_clinic()
    ana, ben = person("Ana"), person("Ben")
    row = invite(ben.user.email, ana.patient, TERMS, by=ana.actor)
    accepted, _withdrawn = together(
        lambda: accept_invitation(row.public_id, by=ben.actor),
        lambda: withdraw_invitation(row.public_id, ana.patient, by=ana.actor),
    )

    is_refused = isinstance(accepted, InvitationNotOpen)
    assert ProxyInvitation.objects.get().answer == ("withdrawn" if is_refused else "agreed")
    assert live_grants().count() == (0 if is_refused else 1)


@ORDERS
def test_the_same_person_is_invited_once(together: Together) -> None:
    make_clinic()
    ana = person("Ana")

    def ask() -> object:
        return invite("ben@mail.example", ana.patient, TERMS, by=ana.actor).pk

    together(ask, ask)
    assert ProxyInvitation.objects.count() == 1


@ORDERS
def test_a_record_is_handed_over_once(together: Together) -> None:
    make_clinic()
    ana, mia = person("Ana"), person("Mia")
    child = PatientFactory(name="Mia Reader", email="", phone="")
    DateOfBirth.objects.create(patient=child, born_on=date(2000, 5, 1), entered_by=ana.user)
    make_grant_of_parent(ana, child)
    row = ask_to_take_over(date(2000, 5, 1), TERMS, by=mia.actor)
    desk = staff_actor(member(Role.FRONTDESK, app=False))

    def hand_over() -> object:
        return hand_over_record(row.public_id, child.public_id, "Seen.", by=desk)

    results = together(hand_over, hand_over)
    assert sum(isinstance(result, TakeoverNotOpen) for result in results) == 1
    assert PatientMerge.objects.count() == 1


def make_grant_of_parent(parent: Person, child: Patient) -> None:
    with transaction.atomic():
        make_grant(parent.user, child, TERMS, basis=Basis.PARENT, by=parent.actor)
