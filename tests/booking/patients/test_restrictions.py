"""Restricting a record (GDPR, article 18): stored, not shown or used, until it is lifted."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.set_team_note import set_team_note
from booking.actions.health.health_consent import withdraw_health_consent
from booking.actions.health.read_health import read_answers
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.actions.patients.restrictions import (
    decline_restriction,
    lift_restriction,
    request_restriction,
    restrict_record,
    withdraw_restriction_request,
)
from booking.errors import (
    InvalidState,
    NotAllowed,
    NotesRestricted,
    RestrictionAlreadyRequested,
)
from booking.inputs import ContactDetails
from booking.models import (
    Appointment,
    AuditEntry,
    ClinicProfile,
    Patient,
    Restriction,
    Role,
    Screening,
    User,
)
from booking.queries.appointments.patient_texts import appointment_texts, joined_texts
from booking.queries.appointments.today import DayAppointment, DeskDay, load_day
from booking.queries.health.status import health_status_of
from booking.queries.notifications.unsubscribes import has_stopped_optional_mail
from booking.queries.patients.export_parts import TEAM_NOTES, export_parts
from booking.queries.patients.restrictions import (
    current_restrictions,
    visible_restriction_requests,
)
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.health.answers import answer_set
from tests.people import member, patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
Ground = Restriction.Ground
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> ClinicProfile:
    return make.ClinicProfileFactory()


@pytest.fixture
def patient(clinic: ClinicProfile) -> Patient:
    user = patient_user(email="ana@mail.example", name="Ana")
    return make.PatientFactory(user=user, name="Ana Reader", email="ana@mail.example")


@pytest.fixture
def visit(patient: Patient) -> Appointment:
    """An appointment later today, booked an hour ago, with notes and answers."""
    appointment: Appointment = make.AppointmentFactory(
        patient=patient,
        starts_at=clock.now() + 2 * HOUR,
        booked_at=clock.now() - HOUR,
        patient_note="I am nervous",
        team_note="left shoulder",
    )
    make.ScreeningFactory(
        appointment=appointment,
        answer_set=answer_set("q22/latex"),
        answered_at=clock.now() - HOUR,
    )
    return appointment


@pytest.fixture
def by(patient: Patient) -> Actor:
    return Actor(ActorType.PATIENT, patient.user, "192.0.2.7")


def staff(role: Role = Role.OWNER) -> Actor:
    known = User.objects.filter(email=f"{role}@clinic.example").first()
    return Actor(ActorType.STAFF, known or member(role, email=f"{role}@clinic.example"))


def restricted(patient: Patient) -> None:
    restrict_record(patient, Ground.ACCURACY, by=staff())
    patient.refresh_from_db()


def entries() -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEntry.objects.filter(object_type="restriction").order_by("pk")
    return list(rows.values_list("action", "details"))


def test_a_request_is_seen_at_the_desk_until_it_is_answered(patient: Patient, by: Actor) -> None:
    owner, therapist = staff(), staff(Role.THERAPIST)
    assert owner.user is not None
    assert therapist.user is not None
    request = request_restriction(patient, Ground.CLAIMS, by=by)
    with pytest.raises(RestrictionAlreadyRequested):
        request_restriction(patient, Ground.CLAIMS, by=by)

    assert list(visible_restriction_requests(owner.user)) == [request]
    assert not visible_restriction_requests(therapist.user).exists()
    restrict_record(patient, Ground.CLAIMS, by=owner)
    request.refresh_from_db()
    patient.refresh_from_db()
    assert (request.started_at, request.started_by) == (clock.now(), owner.user)
    assert patient.restricted_since == clock.now()
    assert not visible_restriction_requests(owner.user).exists()
    with pytest.raises(RestrictionAlreadyRequested):
        request_restriction(patient, Ground.CLAIMS, by=by)


def test_a_request_can_be_withdrawn_or_declined_and_asked_again(
    patient: Patient, by: Actor
) -> None:
    request_restriction(patient, Ground.ACCURACY, by=by)
    assert withdraw_restriction_request(patient, by=by)
    assert not withdraw_restriction_request(patient, by=by)
    request_restriction(patient, Ground.OBJECTION, by=by)
    with pytest.raises(NotAllowed):
        decline_restriction(patient, by=staff(Role.FRONTDESK))
    decline_restriction(patient, by=staff())
    with pytest.raises(InvalidState):
        decline_restriction(patient, by=staff())

    assert [action for action, _ in entries()] == ["created", "revoked", "created", "refused"]
    assert Patient.objects.get(pk=patient.pk).restricted_since is None


def test_answers_and_notes_are_neither_shown_nor_used(
    patient: Patient, visit: Appointment, clinic: ClinicProfile
) -> None:
    kim = member(Role.THERAPIST, email="kim@clinic.example")
    visit.therapist = kim.therapist
    visit.save()
    day = clinic.today(clock.now())
    before = load_day(kim, clinic, day, clock.now(), therapist=None)
    restricted(patient)
    row = Appointment.objects.with_related().get()
    after = load_day(kim, clinic, day, clock.now(), therapist=None)

    def notes(shown: DeskDay) -> list[str]:
        rows = [row for row in shown.expected_later if isinstance(row, DayAppointment)]
        return [text for row in rows for text in (row.patient_note, row.team_note)]

    assert notes(before) == ["I am nervous", "left shoulder"]
    assert notes(after) == ["", ""]
    assert row.are_notes_restricted
    assert appointment_texts(row) == []
    assert joined_texts(row) == ""
    assert not health_status_of(row, clock.now()).has_answers
    assert read_answers(row, by=Actor(ActorType.STAFF, kim)) is None
    with pytest.raises(NotesRestricted):
        set_team_note(row, "other", by=Actor(ActorType.STAFF, kim))


def test_what_is_booked_and_answered_since_is_used(
    patient: Patient, visit: Appointment, settings: Settings
) -> None:
    restricted(patient)
    settings.CLINIC_CLOCK = clock.now() + HOUR
    newer = make.AppointmentFactory(patient=patient, booked_at=clock.now(), team_note="new")
    make.ScreeningFactory(appointment=newer, answer_set=answer_set(), answered_at=clock.now())

    assert not newer.are_notes_restricted
    assert health_status_of(newer, clock.now()).are_long_answers_valid
    assert not health_status_of(newer, clock.now()).screening_result.findings
    set_team_note(newer, "newer", by=staff())


def test_lifting_shows_and_uses_everything_again(patient: Patient, visit: Appointment) -> None:
    restricted(patient)
    with pytest.raises(InvalidState):
        restrict_record(patient, Ground.CLAIMS, by=staff())
    with pytest.raises(NotAllowed):
        lift_restriction(patient, by=staff(Role.FRONTDESK))
    lift_restriction(patient, by=staff())
    with pytest.raises(InvalidState):
        lift_restriction(patient, by=staff())
    row = Appointment.objects.with_related().get()

    assert appointment_texts(row) == ["I am nervous"]
    assert health_status_of(row, clock.now()).screening_result.findings
    assert [action for action, _ in entries()] == ["accepted", "deactivated"]
    assert Restriction.objects.get().lifted_at == clock.now()


def test_only_who_sees_every_patient_can_restrict(patient: Patient) -> None:
    with pytest.raises(NotAllowed):
        restrict_record(patient, Ground.ACCURACY, by=staff(Role.THERAPIST))
    restrict_record(patient, Ground.ACCURACY, by=staff(Role.FRONTDESK))

    assert entries() == [("accepted", {"ground": "accuracy"})]


def test_the_copy_and_what_the_clinic_exports_hold_everything(
    patient: Patient, visit: Appointment
) -> None:
    restricted(patient)
    copy = {part.name: list(part.rows(patient)) for part in [*export_parts(), TEAM_NOTES]}

    assert len(copy["health_answers"]) == 1
    assert copy["team_notes"][0]["note"] == "left shoulder"
    assert copy["person"][0]["restricted_since"] == clock.now()
    assert copy["restrictions"][0]["restricted"] == clock.now()


def test_nothing_is_mailed_that_no_appointment_needs(patient: Patient) -> None:
    before = has_stopped_optional_mail(patient.email)
    restricted(patient)

    assert not before
    assert has_stopped_optional_mail(patient.email)


def test_mails_go_out_again_when_the_restriction_of_a_merged_record_is_lifted(
    patient: Patient,
) -> None:
    other = make.PatientFactory(name="Ana R.", email=patient.email)
    restricted(patient)
    owner = staff()
    assert owner.user is not None
    contact = ContactDetails(patient.name, patient.email, patient.phone)
    merge_patients(other, patient, contact, by=owner.user)
    assert has_stopped_optional_mail(patient.email)
    lift_restriction(other, by=owner)

    assert not has_stopped_optional_mail(patient.email)


def test_a_merge_keeps_the_restriction_and_its_undo_gives_it_back(
    patient: Patient, visit: Appointment
) -> None:
    owner = staff().user
    assert owner is not None
    other = make.PatientFactory(name="Ana R.", email=patient.email)
    restricted(patient)
    contact = ContactDetails(patient.name, patient.email, patient.phone)
    merge = merge_patients(other, patient, contact, by=owner)
    other.refresh_from_db()
    was_restricted = other.restricted_since
    moved = Screening.objects.get().patient
    undo_merge(merge, by=owner)
    for row in (other, patient):
        row.refresh_from_db()

    assert was_restricted == clock.now()
    assert moved == other
    assert (other.restricted_since, patient.restricted_since) == (None, clock.now())
    assert Restriction.objects.get().patient == patient


def test_a_restriction_and_a_withdrawal_since_a_merge_hold_for_both_after_its_undo(
    patient: Patient, visit: Appointment, by: Actor, settings: Settings
) -> None:
    owner = staff().user
    assert owner is not None
    other = make.PatientFactory(name="Ana R.", email=patient.email)
    contact = ContactDetails(patient.name, patient.email, patient.phone)
    merge = merge_patients(other, patient, contact, by=owner)
    other.refresh_from_db()
    settings.CLINIC_CLOCK = since = clock.now() + timedelta(minutes=1)
    withdraw_health_consent(other, by=by)
    restricted(other)
    undo_merge(merge, by=owner)
    for row in (other, patient):
        row.refresh_from_db()
    answered = Appointment.objects.with_related().get()

    assert answered.patient == patient
    assert not health_status_of(answered, clock.now()).has_answers
    assert answered.are_notes_restricted
    for row in (other, patient):
        assert (row.health_consent_withdrawn_at, row.restricted_since) == (since, since)
        assert current_restrictions(row).count() == 1


def test_a_restriction_that_was_lifted_since_a_merge_does_not_come_back_with_its_undo(
    patient: Patient, visit: Appointment, settings: Settings
) -> None:
    owner = staff()
    assert owner.user is not None
    other = make.PatientFactory(name="Ana R.", email=patient.email)
    restricted(patient)
    contact = ContactDetails(patient.name, patient.email, patient.phone)
    merge = merge_patients(other, patient, contact, by=owner.user)
    settings.CLINIC_CLOCK = clock.now() + timedelta(minutes=1)
    lift_restriction(other, by=owner)
    undo_merge(merge, by=owner.user)
    for row in (other, patient):
        row.refresh_from_db()

        assert row.restricted_since is None
        assert not current_restrictions(row).exists()


def test_a_restriction_of_the_kept_record_lifted_since_a_merge_does_not_come_back_either(
    patient: Patient, settings: Settings
) -> None:
    owner = staff()
    assert owner.user is not None
    other = make.PatientFactory(name="Ana R.", email=patient.email)
    for row in (patient, other):
        restricted(row)
        settings.CLINIC_CLOCK = clock.now() + timedelta(minutes=1)
    contact = ContactDetails(patient.name, patient.email, patient.phone)
    merge = merge_patients(other, patient, contact, by=owner.user)
    other.refresh_from_db()
    lift_restriction(other, by=owner)
    restricted(other)
    since = clock.now()
    undo_merge(merge, by=owner.user)
    for row in (other, patient):
        row.refresh_from_db()

        assert row.restricted_since == since
        assert [found.started_at for found in current_restrictions(row)] == [since]
