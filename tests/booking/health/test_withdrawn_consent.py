"""Withdrawing the consent to health answers: they are stored, not used, and can be used again."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.health.enter_answers import enter_arrival_answers
from booking.actions.health.health_consent import (
    give_health_consent_again,
    withdraw_health_consent,
)
from booking.actions.health.read_health import read_answers, read_brief
from booking.errors import MayNotActForPatient
from booking.models import AuditEntry, Patient, PatientChoice, Role, Screening, User
from booking.queries.health.consent import appointments_to_call_about, find_health_consent
from booking.queries.health.renewal import renewable_answers
from booking.queries.health.shown_answers import ALL_ANSWERS
from booking.queries.health.status import health_status_of, health_status_of_patient
from booking.queries.patients.consents import TERMS, consents_of
from booking.queries.patients.export_parts import export_parts
from booking.screening.outcomes import Outcome
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.health.answers import answer_set
from tests.people import member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "clinic"),
    pytest.mark.postgresql,
]
CONSENT = PatientChoice.Subject.HEALTH_ANSWERS


@pytest.fixture
def patient() -> Patient:
    return make.PatientFactory(user=make.UserFactory())


@pytest.fixture
def answers(patient: Patient) -> Screening:
    """What the patient has answered an hour ago, for an appointment tomorrow."""
    visit = make.AppointmentFactory(patient=patient, booked_at=clock.now() - timedelta(hours=1))
    return make.ScreeningFactory(
        appointment=visit,
        answer_set=answer_set("q22/latex"),
        answered_at=clock.now() - timedelta(hours=1),
    )


@pytest.fixture
def by(patient: Patient) -> Actor:
    return Actor(ActorType.PATIENT, patient.user, "192.0.2.7")


def wait(settings: Settings, **span: int) -> datetime:
    """Let time pass."""
    settings.CLINIC_CLOCK = clock.now() + timedelta(**span)
    return clock.now()


def therapist_of(answers: Screening) -> User:
    user = member(Role.THERAPIST)
    answers.appointment.therapist = user.therapist
    answers.appointment.save()
    return user


def test_answers_are_not_used_and_stay_stored(
    patient: Patient, answers: Screening, by: Actor
) -> None:
    before = health_status_of(answers.appointment, clock.now())
    assert withdraw_health_consent(patient, by=by)
    status = health_status_of(answers.appointment, clock.now())
    patient.refresh_from_db()

    assert before.screening_result.findings
    assert not status.has_answers
    assert not status.screening_result.findings
    assert not status.are_long_answers_valid
    questionnaire = newest_questionnaire()
    assert renewable_answers(patient, questionnaire, clock.now(), ALL_ANSWERS) is None
    assert Screening.objects.get().record_json == answers.record_json


def test_no_therapist_is_shown_them(patient: Patient, answers: Screening, by: Actor) -> None:
    staff = Actor(ActorType.STAFF, therapist_of(answers))
    withdraw_health_consent(patient, by=by)
    answers.appointment.refresh_from_db()
    brief = read_brief(answers.appointment, by=staff)

    assert read_answers(answers.appointment, by=staff) is None
    assert brief.detail is not None
    assert not brief.detail.therapist_notes
    assert str(brief.outcome_text).startswith("Earlier answers are only stored")
    assert not brief.has_valid_answers


def test_an_outcome_that_stops_a_massage_is_forgotten_until_the_questions_are_asked_again(
    patient: Patient, by: Actor
) -> None:
    make.ScreeningFactory(
        appointment__patient=patient,
        answer_set=answer_set("q9/thinner"),
        answered_at=clock.now() - timedelta(hours=1),
    )
    before = health_status_of_patient(patient, clock.now()).outcome
    withdraw_health_consent(patient, by=by)

    assert before.blocks_booking
    assert health_status_of_patient(patient, clock.now()).outcome == Outcome.OK


def test_answers_given_afterwards_are_used_and_build_on_nothing(
    patient: Patient, answers: Screening, by: Actor, settings: Settings
) -> None:
    staff = Actor(ActorType.STAFF, therapist_of(answers))
    withdraw_health_consent(patient, by=by)
    now = wait(settings, hours=1)
    enter_arrival_answers(answers.appointment, AnswerSet(), by=staff)
    status = health_status_of(answers.appointment, now)

    assert status.has_answers
    assert not status.are_long_answers_valid
    assert not status.screening_result.findings


def test_given_again_the_earlier_answers_are_used(
    patient: Patient, answers: Screening, by: Actor, settings: Settings
) -> None:
    withdraw_health_consent(patient, by=by)
    now = wait(settings, hours=1)

    assert give_health_consent_again(patient, by=by)
    assert not give_health_consent_again(patient, by=by)
    assert health_status_of(answers.appointment, now).screening_result.findings


def test_every_step_stays_in_the_history_and_in_the_audit_trail(
    patient: Patient, answers: Screening, by: Actor, settings: Settings
) -> None:
    for _ in range(2):
        withdraw_health_consent(patient, by=by)
        wait(settings, hours=1)
        give_health_consent_again(patient, by=by)
        wait(settings, hours=1)
    rows = PatientChoice.objects.filter(subject=CONSENT).order_by("pk")
    listed = [row for row in consents_of(patient) if row.subject != TERMS]
    entries = AuditEntry.objects.filter(object_type="consent").order_by("pk")

    assert [row.is_wanted for row in rows] == [False, True, False, True]
    assert {row.version for row in rows} == {newest_questionnaire().code}
    assert [row.details["wanted"] for row in entries] == [False, True, False, True]
    assert [row.is_given for row in listed] == [True, False, True, False, True]


def test_a_second_withdrawal_changes_nothing(
    patient: Patient, answers: Screening, by: Actor
) -> None:
    assert withdraw_health_consent(patient, by=by)
    assert not withdraw_health_consent(patient, by=by)
    assert PatientChoice.objects.filter(subject=CONSENT).count() == 1


def test_the_state_says_what_can_be_done(
    patient: Patient, answers: Screening, by: Actor, settings: Settings
) -> None:
    given = find_health_consent(patient)
    withdraw_health_consent(patient, by=by)
    patient.refresh_from_db()
    withdrawn = find_health_consent(patient)
    now = wait(settings, hours=1)
    make.ScreeningFactory(appointment=answers.appointment, answered_at=now)
    newer = find_health_consent(patient)

    assert (given.can_be_withdrawn, given.can_be_given_again) == (True, False)
    assert (withdrawn.can_be_withdrawn, withdrawn.can_be_given_again) == (False, True)
    assert (newer.can_be_withdrawn, newer.can_be_given_again) == (True, True)
    assert (given.version, newer.given_at) == (newest_questionnaire().code, now)


def test_the_front_desk_calls_until_the_questions_are_asked_again(
    patient: Patient, answers: Screening, by: Actor, settings: Settings
) -> None:
    desk, therapist = member(Role.FRONTDESK, app=False), therapist_of(answers)
    make.AppointmentFactory()
    later = answers.appointment.starts_at + timedelta(days=7)
    make.AppointmentFactory(patient=patient, starts_at=later, booked_at=answers.answered_at)
    before = list(appointments_to_call_about(desk, clock.now()))
    withdraw_health_consent(patient, by=by)
    now = wait(settings, hours=1)
    told = list(appointments_to_call_about(desk, now))
    nobody = list(appointments_to_call_about(therapist, now))
    make.ScreeningFactory(appointment=answers.appointment, answered_at=now)

    assert before == nobody == []
    assert told == [answers.appointment]
    assert list(appointments_to_call_about(desk, now)) == []


def test_the_copy_holds_withdrawn_answers(patient: Patient, answers: Screening, by: Actor) -> None:
    withdraw_health_consent(patient, by=by)
    patient.refresh_from_db()
    copy = {part.name: list(part.rows(patient)) for part in export_parts()}

    assert len(copy["health_answers"]) == 1
    assert copy["person"][0]["consent_to_health_answers_withdrawn"] == clock.now()
    assert [row["wanted"] for row in copy["choices"]] == [False]


def test_whoever_may_not_give_it_for_a_patient_may_not_withdraw_it(
    patient: Patient, answers: Screening
) -> None:
    stranger = Actor(ActorType.PATIENT, make.UserFactory(), for_patient=patient)
    with pytest.raises(MayNotActForPatient):
        withdraw_health_consent(patient, by=stranger)

    patient.refresh_from_db()
    assert patient.health_consent_withdrawn_at is None
