"""Who may let somebody see health answers: the patient, or whoever treats them; never the desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.actions.patients.merge_patients import merge_patients
from booking.errors import MergeNotAllowed, NotAllowed
from booking.features.proxies.actions.grants import (
    GrantTerms,
    change_grant,
    end_grant,
    grant_by_patient,
    grant_by_staff,
)
from booking.features.proxies.actions.people import ask_clinic, confirm_court
from booking.features.proxies.errors import HealthNotForDesk
from booking.features.proxies.models import Basis, Proxy
from booking.features.proxies.queries import live_grants, today
from booking.inputs import ContactDetails
from booking.models import Patient, Role, Therapist, User
from tests.booking.features.proxies.family import ALL, TERMS, Person, staff_actor
from tests.factories import AppointmentFactory, PatientFactory
from tests.factories.proxies import ProxyFactory
from tests.people import browser_of, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
HEALTH = GrantTerms.of({Permission.BOOK, Permission.SEE_HEALTH})


def sees_health(who: Person, patient: Patient) -> bool:
    return Permission.SEE_HEALTH in proxies.permissions_for(who.user, patient)


def treats(patient: Patient, *roles: Role) -> User:
    """Return a therapist with whom the patient has an appointment, and who has these roles too."""
    user = member(Role.THERAPIST, *roles)
    AppointmentFactory(patient=patient, therapist=Therapist.objects.get(user=user))
    return user


@pytest.mark.parametrize("role", [Role.FRONTDESK, Role.OWNER])
def test_desk_and_owner_let_nobody_see_health_answers(role: Role, ana: Person, ben: Person) -> None:
    by = staff_actor(member(role))
    booked = ProxyFactory(actor=ana.user, patient=ben.patient)
    asked = ask_clinic("Otto", ALL, by=ana.actor)
    for basis in Basis:
        with pytest.raises(HealthNotForDesk):
            grant_by_staff(ana.user.email, ben.patient, HEALTH, basis=basis, by=by)
    with pytest.raises(HealthNotForDesk):
        change_grant(booked.public_id, HEALTH, by=by)
    with pytest.raises(HealthNotForDesk):
        confirm_court(asked.public_id, HEALTH, by=by)

    assert not sees_health(ana, ben.patient)
    assert Proxy.objects.count() == 1


@pytest.mark.parametrize("roles", [(), (Role.FRONTDESK,), (Role.OWNER,)])
def test_whoever_treats_the_patient_can(roles: tuple[Role, ...], ana: Person, ben: Person) -> None:
    by = staff_actor(treats(ben.patient, *roles))
    grant_by_staff(ana.user.email, ben.patient, HEALTH, basis=Basis.CONSENT, by=by)

    assert sees_health(ana, ben.patient)


def test_a_therapist_decides_nothing_for_patients_of_colleagues(ana: Person, ben: Person) -> None:
    by = staff_actor(member(Role.THERAPIST))
    with pytest.raises(NotAllowed):
        grant_by_staff(ana.user.email, ben.patient, TERMS, basis=Basis.CONSENT, by=by)


def test_the_desk_can_narrow_what_a_patient_granted_but_not_prolong_it(
    ana: Person, ben: Person, desk: Actor
) -> None:
    last = today() + timedelta(days=30)
    terms = GrantTerms(ALL, last)
    granted = grant_by_patient(ana.user, ben.patient, terms, by=ben.actor)
    for longer in (None, last + timedelta(days=1)):
        with pytest.raises(HealthNotForDesk):
            change_grant(granted.public_id, GrantTerms(ALL, longer), by=desk)
    shorter = change_grant(
        granted.public_id, GrantTerms(HEALTH.permissions, last - timedelta(days=1)), by=desk
    )
    assert sees_health(ana, ben.patient)
    change_grant(shorter.public_id, TERMS, by=desk)

    assert not sees_health(ana, ben.patient)


def test_forms_of_the_desk_offer_health_only_to_whoever_may_grant_it(
    ana: Person, ben: Person
) -> None:
    address = reverse("desk-proxy-add", args=[ben.patient.public_id])
    therapist = browser_of(treats(ben.patient))
    front = browser_of(member(Role.FRONTDESK))
    values = {"email": ana.user.email, "basis": "consent", "permissions": ["book", "health"]}

    assert "See health answers" not in front.get(address).content.decode()
    assert front.post(address, values).status_code == 422
    assert "See health answers" in therapist.get(address).content.decode()
    assert therapist.post(address, values).status_code == 303
    assert sees_health(ana, ben.patient)


def test_the_desk_keeps_what_the_patient_granted_when_it_changes_the_rest(
    ana: Person, ben: Person
) -> None:
    granted = grant_by_patient(ana.user, ben.patient, HEALTH, by=ben.actor)
    front = browser_of(member(Role.FRONTDESK))
    address = reverse("desk-proxy", args=[granted.public_id])
    assert "See health answers" in front.get(address).content.decode()
    front.post(address, {"permissions": ["health"]})

    assert live_grants().get().permissions == {Permission.SEE_HEALTH}


def test_a_therapist_opens_grants_of_own_patients_only(ana: Person, ben: Person) -> None:
    own, other = treats(ben.patient), browser_of(member(Role.THERAPIST))
    granted = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    address = reverse("desk-proxy", args=[granted.public_id])

    assert browser_of(own).get(address).status_code == 200
    assert other.get(address).status_code == 404
    assert other.get(reverse("desk-proxy-add", args=[ben.patient.public_id])).status_code == 404


class TestMerging:
    """A grant follows its record, so a merge could show somebody the answers of somebody else."""

    contact = ContactDetails("Ben Reader", "ben@mail.example", "")

    @pytest.fixture
    def child(self, ana: Person) -> Patient:
        """A record that was made to be merged: its "parent" may see health answers."""
        granted = ProxyFactory(actor=ana.user, basis=Basis.PARENT, may_see_health=True)
        return granted.patient

    def test_a_merge_by_the_desk_shows_nobody_health_answers(
        self, child: Patient, ana: Person, desk: Actor
    ) -> None:
        guest = PatientFactory(name="Ben Reader")
        assert desk.user is not None
        for remaining, duplicate in ((guest, child), (child, guest)):
            with pytest.raises(MergeNotAllowed):
                merge_patients(remaining, duplicate, self.contact, by=desk.user)

        assert not sees_health(ana, guest)

    def test_it_is_allowed_without_that_right_or_to_whoever_treats_the_patient(
        self, child: Patient, ana: Person, desk: Actor
    ) -> None:
        guest = PatientFactory(name="Ben Reader")
        assert desk.user is not None
        merge_patients(guest, child, self.contact, by=treats(guest, Role.FRONTDESK))
        assert sees_health(ana, guest)
        end_grant(live_grants().get().public_id, by=desk)
        another = PatientFactory(name="Ben R.")
        merge_patients(guest, another, self.contact, by=desk.user)

        assert not sees_health(ana, guest)

    def test_nobody_merges_somebody_else_into_their_own_record(self, desk: Actor) -> None:
        own = PatientFactory(user=desk.user)
        assert desk.user is not None
        with pytest.raises(MergeNotAllowed):
            merge_patients(own, PatientFactory(), self.contact, by=desk.user)


def test_a_client_of_no_role_reaches_none_of_it(client: Client, ben: Person) -> None:
    assert client.get(reverse("desk-proxy-add", args=[ben.patient.public_id])).status_code == 302
