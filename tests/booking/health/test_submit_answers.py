"""A patient answers the questions before a massage."""

import logging
from datetime import timedelta

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.health.submit_answers import submit_answers
from booking.actions.holds.hold_slot import hold_slot
from booking.actions.holds.release_hold import release_hold
from booking.errors import (
    InvalidState,
    OnlineBookingClosed,
    QuestionsChanged,
    QuestionsNotAnswered,
)
from booking.lifecycle import Status
from booking.models import Appointment, AuditEntry, Screening, ScreeningSignature
from booking.queries.health.status import decrypt_record
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SubmittedAnswers
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock
from tests.booking.health.answers import GUEST, answer, answer_set
from tests.factories import (
    AppointmentFactory,
    ScreeningFactory,
    UserFactory,
)
from tests.scene import ADA, Scene, at, events, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def test_answers_are_stored_encrypted_for_a_day(hold: Appointment) -> None:
    answered = answer(hold)
    row = Screening.objects.get()

    assert answered.screening_result is not None
    assert answered.screening_result.outcome == "OK"
    assert (row.appointment, row.patient, row.question_set) == (hold, None, "full")
    assert row.keep_until == clock.now() + timedelta(hours=24)
    assert row.version == newest_questionnaire().code
    assert fresh(hold).status == Status.HOLD


@pytest.mark.parametrize("said", ["q9/thinner", "q1/chest-pain", "age/under-18"])
def test_a_blocking_outcome_releases_the_hold_and_keeps_the_draft(
    hold: Appointment, said: str
) -> None:
    answer(hold, said)
    row = fresh(hold)

    assert row.status == Status.EXPIRED
    assert row.draft == hold.draft
    assert events(row) == ["held", "released"]


OUTCOMES = {
    "OK": (), "ADAPT": ("q22/nuts",), "DOCTOR": ("q9/thinner",), "STOP": ("q1/chest-pain",),
    "DOCTOR for many reasons": ("q9/thinner", "q5/wound", "q19/older", "q22/nuts", "q23/steroids"),
}  # fmt: skip


def test_no_column_tells_the_outcome(hold: Appointment) -> None:
    """Neither how long the encrypted answers are, nor for how long they are kept."""
    told = set()
    for said in OUTCOMES.values():
        answer(hold, *said)
        row = Screening.objects.get()
        told.add((len(row.__dict__["record_json"]), row.keep_until))

    assert len(told) == 1


def test_the_released_time_can_be_booked_by_others(scene: Scene, hold: Appointment) -> None:
    answer(hold, "q4/ill")

    assert (
        hold_slot(scene.slot_request(at(10)), by=GUEST, browser_key="other").status == Status.HOLD
    )


def test_answering_again_replaces_the_answers(hold: Appointment) -> None:
    answer(hold, "q12/controlled")
    answer(hold, "q22/nuts")
    row = Screening.objects.get()

    assert decrypt_record(row).answer_set.answer_keys() == {("q22", "nuts")}


def test_answering_extends_the_hold_once(hold: Appointment, settings: Settings) -> None:
    settings.CLINIC_CLOCK += timedelta(minutes=8)
    answer(hold)
    first = fresh(hold).hold_expires_at
    settings.CLINIC_CLOCK += timedelta(minutes=1)
    answer(hold)

    assert first == settings.CLINIC_CLOCK + timedelta(minutes=9)
    assert fresh(hold).hold_expires_at == first
    assert fresh(hold).extension_count == 0


def test_a_crisis_answer_is_not_stored_and_deletes_earlier_answers(
    hold: Appointment, caplog: pytest.LogCaptureFixture
) -> None:
    answer(hold)
    lines = AuditEntry.objects.count()
    with caplog.at_level(logging.DEBUG):
        answered = answer(hold, "q25/crisis", "q9/thinner")

    assert answered.is_crisis
    assert not Screening.objects.exists()
    assert AuditEntry.objects.count() == lines
    assert (fresh(hold).status, events(hold)) == (Status.HOLD, ["held"])
    assert caplog.text == ""
    with pytest.raises(QuestionsNotAnswered):
        book_appointment(hold, ADA, by=GUEST)


def test_answers_to_an_outdated_version_are_refused(hold: Appointment) -> None:
    with pytest.raises(QuestionsChanged):
        submit_answers(hold, SubmittedAnswers("0" * 64, AnswerSet()), by=GUEST)

    assert not Screening.objects.exists()


def test_without_a_signature_nothing_is_asked(hold: Appointment) -> None:
    ScreeningSignature.objects.all().delete()

    with pytest.raises(OnlineBookingClosed, match="312-555-0100"):
        answer(hold)


def test_outside_production_the_newest_version_is_a_sample(
    hold: Appointment, settings: Settings
) -> None:
    ScreeningSignature.objects.all().delete()
    settings.PRODUCTION = False

    assert not answer(hold).is_crisis


@pytest.mark.parametrize("status", ["booked", "cancelled"])
def test_a_released_hold_takes_no_answers(hold: Appointment, status: str) -> None:
    release_hold(hold, by=GUEST)
    if status == "booked":
        hold = AppointmentFactory()

    with pytest.raises(InvalidState):
        answer(hold)


def test_an_expired_hold_still_takes_answers(hold: Appointment, settings: Settings) -> None:
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    answer(hold)

    assert Screening.objects.get().appointment == hold


def test_a_returning_patient_answers_the_short_set_and_keeps_the_rest(
    hold: Appointment, settings: Settings
) -> None:
    user = UserFactory()
    before = ScreeningFactory(
        answer_set=answer_set("q9/aspirin", "q4/ill"), actor_type=ActorType.PATIENT, user=user
    )
    patient = before.patient
    assert patient is not None
    patient.user = user
    patient.save(update_fields=["user"])
    settings.CLINIC_CLOCK += timedelta(minutes=1)
    given = SubmittedAnswers(newest_questionnaire().digest, AnswerSet())
    by = Actor(ActorType.PATIENT, user)
    submit_answers(hold, given, by=by, patient=patient)
    row = Screening.objects.get(appointment=hold)

    assert row.question_set == "short"
    assert row.long_answered_at == before.long_answered_at
    assert decrypt_record(row).answer_set.answer_keys() == {("q9", "aspirin")}


def test_after_three_months_the_short_set_is_not_enough(
    hold: Appointment, settings: Settings
) -> None:
    before = ScreeningFactory(answered_at=clock.now() - timedelta(days=91))
    given = SubmittedAnswers(newest_questionnaire().digest, AnswerSet())

    with pytest.raises(QuestionsNotAnswered):
        submit_answers(hold, given, by=GUEST, patient=before.patient)
