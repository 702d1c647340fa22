"""Let staff enter a patient's answers: to all questions, or the six asked at every visit."""

from datetime import datetime

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.actions.health.known_age import evaluate_for, with_known_age
from booking.actions.locks import write_action, write_transaction
from booking.errors import (
    CrisisReported,
    InvalidState,
    NoSignedQuestionnaire,
    NotAllowed,
    QuestionsChanged,
)
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Screening
from booking.queries.health.known_age import find_known_age
from booking.queries.health.scope import may_enter_answers
from booking.queries.health.status import (
    get_active_questionnaire,
    health_status_of,
    readable_record,
)
from booking.screening.outcomes import Outcome
from booking.screening.questionnaires import find_questionnaire
from booking.screening.questions import Questionnaire
from booking.screening.records import ScreeningRecord, SessionPreferences, SubmittedAnswers
from booking.screening.rules import AnswerSet, has_crisis_answer
from clinic.lib.dates import clock

QuestionSet = Screening.QuestionSet
ANSWERABLE_STATUSES = (Status.BOOKED, Status.ARRIVED)


@write_action
def enter_answers(appointment: Appointment, submitted: SubmittedAnswers, *, by: Actor) -> Outcome:
    """Save the answers to all questions and return the outcome.

    Raises NotAllowed, InvalidState, NoSignedQuestionnaire or QuestionsChanged; CrisisReported if
    the patient needs help now: then nothing is stored.
    """
    active = get_active_questionnaire()
    if active is None:
        raise NoSignedQuestionnaire()
    if submitted.digest != active.questionnaire.digest:
        raise QuestionsChanged()
    if has_crisis_answer(active.questionnaire, submitted.answer_set):
        raise CrisisReported()
    with write_transaction():
        row, now = _lock_for_entry(appointment, by), clock.now()
        return _save_screening(
            row,
            active.questionnaire,
            submitted.answer_set,
            submitted.preferences,
            now,
            by=by,
            question_set=QuestionSet.FULL,
        )


@write_action
def enter_arrival_answers(appointment: Appointment, answer_set: AnswerSet, *, by: Actor) -> Outcome:
    """Save the answers to the six questions of every visit and return the outcome.

    An empty answer set means "no" to all six. The other answers stay as they were last given.
    Raises NotAllowed, InvalidState or NoSignedQuestionnaire.
    """
    active = get_active_questionnaire()
    if active is None:
        raise NoSignedQuestionnaire()
    with write_transaction():
        row, now = _lock_for_entry(appointment, by), clock.now()
        health_status = health_status_of(row, now)
        previous = health_status.record or readable_record(health_status.previous_screening)
        version = active.questionnaire
        if previous is not None:
            version = find_questionnaire(previous.version) or version
        answer_set = (previous.answer_set if previous else AnswerSet()).updated_with(
            answer_set, version.short_questions()
        )
        preferences = previous.preferences if previous else SessionPreferences()
        return _save_screening(
            row, version, answer_set, preferences, now, by=by, question_set=QuestionSet.ARRIVAL
        )


def _lock_for_entry(appointment: Appointment, by: Actor) -> Appointment:
    row = lock_appointment(appointment)
    if by.user is None or not may_enter_answers(by.user, row, clock.now()):
        raise NotAllowed()
    if row.status not in ANSWERABLE_STATUSES:
        raise InvalidState()
    return row


def _save_screening(
    row: Appointment,
    version: Questionnaire,
    answer_set: AnswerSet,
    preferences: SessionPreferences,
    now: datetime,
    *,
    by: Actor,
    question_set: str,
) -> Outcome:
    age = find_known_age(row, ClinicProfile.objects.get(), None)
    answer_set = with_known_age(answer_set, age)
    screening_result = evaluate_for(version, answer_set, age)
    screening = Screening(
        appointment=row,
        patient=row.patient,
        question_set=question_set,
        version=version.code,
        long_answered_at=now if question_set == QuestionSet.FULL else _long_answered_at(row, now),
        answered_at=now,
        actor_type=by.actor_type,
        user=by.user,
    )
    screening.record_json = ScreeningRecord(
        str(row.public_id), version.code, answer_set, screening_result, preferences
    ).to_json()
    screening.save(force_insert=True)
    log_health_access([screening], AccessAction.WROTE, AccessedContent.ANSWERS, by=by)
    return health_status_of(row, now).outcome


def _long_answered_at(row: Appointment, now: datetime) -> datetime | None:
    health_status = health_status_of(row, now)
    if health_status.is_unreadable:
        return None
    last = health_status.screening or health_status.previous_screening
    return last.long_answered_at if last is not None else None
