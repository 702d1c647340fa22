"""Acting for a patient: every action checks the grant again; history and audit trail name both
people."""

from collections.abc import Callable
from datetime import date

import pytest

from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.confirm import confirm_attendance
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.actions.holds.hold_slot import hold_slot
from booking.actions.patients.merge_patients import merge_patients
from booking.errors import MayNotActForPatient, NotAllowed
from booking.features.proxies.actions.grants import GrantTerms, end_grant, grant_by_patient
from booking.features.proxies.actions.hiding import set_hidden
from booking.inputs import ContactDetails
from booking.lifecycle import Status
from booking.models import Appointment, AuditEntry, Patient, Role
from booking.models.current_clinic import ClinicProfile
from booking.views.desk.appointments.history import appointment_history
from tests.booking.features.proxies.family import ALL, BOOK_AND_TIMES, TERMS, Person, person
from tests.factories import PatientFactory
from tests.people import member
from tests.scene import ADA, GUEST, Scene, at, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
THURSDAY = date(2026, 11, 26)


@pytest.fixture
def appointment(scene: Scene, ben: Person) -> Appointment:
    row = book_appointment(scene.hold(at(10, day=THURSDAY)), ADA, by=GUEST)
    Appointment.objects.filter(pk=row.pk).update(patient=ben.patient)
    return fresh(row)


CHANGES: dict[str, Callable[[Appointment, Actor], object]] = {
    "cancel": lambda row, by: cancel_appointment(row, by=by),
    "move": lambda row, by: reschedule_appointment(row, start=at(14, day=THURSDAY), by=by),
    "confirm": lambda row, by: confirm_attendance(row, by=by),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_proxy_who_may_book_changes_an_appointment_and_both_are_recorded(
    ana: Person, ben: Person, appointment: Appointment, change: Callable[..., object]
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    change(appointment, ana.acting_for(ben.patient))

    event = appointment.events.order_by("pk").last()
    assert event is not None
    assert (event.user, event.actor_type) == (ana.user, "patient")
    assert event.details["for_patient"] == str(ben.patient.public_id)
    entry = AuditEntry.objects.get(object_type="appointment")
    assert (entry.user, entry.patient_pk) == (ana.user, ben.patient.pk)
    assert entry.details["for_patient"] == str(ben.patient.public_id)
    lines = appointment_history(appointment, ClinicProfile.objects.get())
    assert lines[0].author == "Ana Reader, for the patient"
    assert lines[-1].author == "online, as a guest"


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("without", [ALL - {Permission.BOOK}, frozenset()], ids=["rest", "none"])
def test_a_proxy_who_may_not_book_changes_nothing(
    ana: Person,
    ben: Person,
    appointment: Appointment,
    change: Callable[..., object],
    without: frozenset[Permission],
) -> None:
    if without:
        grant_by_patient(ana.user, ben.patient, GrantTerms(without), by=ben.actor)
    with pytest.raises(MayNotActForPatient):
        change(appointment, ana.acting_for(ben.patient))

    assert fresh(appointment).status == Status.BOOKED
    assert fresh(appointment).starts_at == at(10, day=THURSDAY)


def test_a_proxy_whose_grant_ended_while_typing_changes_nothing(
    ana: Person, ben: Person, appointment: Appointment
) -> None:
    grant = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    acting = ana.acting_for(ben.patient)
    end_grant(grant.public_id, by=ben.actor)
    with pytest.raises(MayNotActForPatient):
        cancel_appointment(appointment, by=acting)

    assert fresh(appointment).status == Status.BOOKED


def test_a_proxy_whose_patient_was_merged_while_typing_changes_nothing(
    ana: Person, ben: Person, appointment: Appointment
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    acting = ana.acting_for(ben.patient)
    contact = ContactDetails("Ben Reader", "ben@mail.example", "")
    merge_patients(PatientFactory(), ben.patient, contact, by=member(Role.FRONTDESK, app=False))
    with pytest.raises(MayNotActForPatient):
        cancel_appointment(fresh(appointment), by=acting)


def test_a_proxy_cannot_reach_the_appointments_of_anybody_else(
    ana: Person, ben: Person, appointment: Appointment
) -> None:
    cleo = person("Cleo")
    grant_by_patient(ana.user, cleo.patient, GrantTerms(ALL), by=cleo.actor)
    with pytest.raises(MayNotActForPatient):
        cancel_appointment(appointment, by=ana.acting_for(cleo.patient))


def test_a_proxy_holds_a_time_for_the_patient_only_if_they_may_book(
    scene: Scene, ana: Person, ben: Person
) -> None:
    acting, request = ana.acting_for(ben.patient), scene.slot_request(at(11, day=THURSDAY))
    with pytest.raises(MayNotActForPatient):
        hold_slot(request, by=acting, browser_key="a")
    grant_by_patient(ana.user, ben.patient, GrantTerms(BOOK_AND_TIMES), by=ben.actor)

    assert hold_slot(request, by=acting, browser_key="a").status == Status.HOLD


def test_a_hidden_appointment_is_out_of_reach_for_proxies_but_not_for_the_patient(
    ana: Person, ben: Person, appointment: Appointment
) -> None:
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    set_hidden(appointment, is_hidden=True, by=ben.actor)
    with pytest.raises(MayNotActForPatient):
        cancel_appointment(appointment, by=ana.acting_for(ben.patient))
    cancel_appointment(appointment, by=ben.actor)
    restore_appointment(fresh(appointment), by=ben.actor)
    set_hidden(appointment, is_hidden=False, by=ben.actor)
    cancel_appointment(fresh(appointment), by=ana.acting_for(ben.patient))

    assert fresh(appointment).status == Status.CANCELLED


def test_only_the_patient_hides(ana: Person, ben: Person, appointment: Appointment) -> None:
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    for by in (ana.actor, ana.acting_for(ben.patient), person("Eve").actor, GUEST):
        with pytest.raises(NotAllowed):
            set_hidden(appointment, is_hidden=True, by=by)


def test_the_history_of_the_patients_own_changes_says_nothing_of_proxies(
    ben: Person, appointment: Appointment
) -> None:
    cancel_appointment(appointment, by=ben.actor)

    lines = appointment_history(appointment, ClinicProfile.objects.get())
    assert lines[0].author == "Ben Reader"
    assert Patient.objects.get(pk=ben.patient.pk) == ben.patient
