"""Staff write down what a patient says: all questions, or the six of every visit."""

from datetime import datetime

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.health.access_log import AccessAction, AccessedContent, log_health_access
from booking.actions.locks import write_action, write_transaction
from booking.errors import (
    CrisisReported,
    InvalidState,
    NoSignedQuestionnaire,
    NotAllowed,
    QuestionsChanged,
)
from booking.lifecycle import Status
from booking.models import Appointment, Screening
from booking.queries.health.scope import may_enter_answers
from booking.queries.health.status import (
    HealthStatus,
    decrypt_record,
    get_active_questionnaire,
    health_status_of,
)
from booking.screening.outcomes import Outcome
from booking.screening.questionnaires import find_questionnaire
from booking.screening.questions import Questionnaire
from booking.screening.records import ScreeningRecord, SessionPreferences, SubmittedAnswers
from booking.screening.rules import AnswerSet, evaluate, has_crisis_answer
from clinic.lib.dates import clock

QuestionSet = Screening.Asked
ANSWERABLE_STATUSES = (Status.BOOKED, Status.ARRIVED)


@write_action
def enter_answers(appointment: Appointment, given: SubmittedAnswers, *, by: Actor) -> Outcome:
    """All questions, read out to the patient. Returns the outcome.

    Raises NotAllowed, InvalidState, NoSignedQuestionnaire or QuestionsChanged; CrisisReported where
    somebody needs help now: then nothing is written down.
    """
    live = get_active_questionnaire()
    if live is None:
        raise NoSignedQuestionnaire()
    if given.digest != live.version.digest:
        raise QuestionsChanged()
    if has_crisis_answer(live.version, given.answer_set):
        raise CrisisReported()
    with write_transaction():
        row, now = _lock_for_entry(appointment, by), clock.now()
        return _save_screening(
            row, live.version, given.answer_set, given.wishes, now, by=by, asked=QuestionSet.FULL
        )


@write_action
def enter_arrival_answers(appointment: Appointment, answer_set: AnswerSet, *, by: Actor) -> Outcome:
    """The six questions of every visit; an empty sheet says "no" to all. The rest stays as it was.

    Raises NotAllowed, InvalidState, or NoSignedQuestionnaire.
    """
    live = get_active_questionnaire()
    if live is None:
        raise NoSignedQuestionnaire()
    with write_transaction():
        row, now = _lock_for_entry(appointment, by), clock.now()
        health_status = health_status_of(row, now)
        before = health_status.record or _previous_record(health_status)
        version = (
            live.version if before is None else find_questionnaire(before.version) or live.version
        )
        answer_set = (before.answer_set if before else AnswerSet()).with_new(
            answer_set, version.short_questions()
        )
        wishes = before.wishes if before else SessionPreferences()
        return _save_screening(
            row, version, answer_set, wishes, now, by=by, asked=QuestionSet.ARRIVAL
        )


def _lock_for_entry(appointment: Appointment, by: Actor) -> Appointment:
    row = lock_appointment(appointment)
    if by.user is None or not may_enter_answers(by.user, row, clock.now()):
        raise NotAllowed()
    if row.status not in ANSWERABLE_STATUSES:
        raise InvalidState()
    return row


def _previous_record(health_status: HealthStatus) -> ScreeningRecord | None:
    """Somebody known who booked by phone has answered the long set before."""
    return decrypt_record(health_status.before) if health_status.before is not None else None


def _save_screening(
    row: Appointment,
    version: Questionnaire,
    answer_set: AnswerSet,
    wishes: SessionPreferences,
    now: datetime,
    *,
    by: Actor,
    asked: str,
) -> Outcome:
    screening_result = evaluate(version, answer_set)
    screening = Screening(
        appointment=row,
        patient=row.patient,
        asked=asked,
        version=version.code,
        long_answered_at=now if asked == QuestionSet.FULL else _long_answered_at(row, now),
        answered_at=now,
        actor_type=by.actor_type,
        user=by.user,
    )
    whose = str(row.public_id)
    screening.sealed = ScreeningRecord(
        whose, version.code, answer_set, screening_result, wishes
    ).to_json()
    screening.save(force_insert=True)
    log_health_access([screening], AccessAction.WROTE, AccessedContent.ANSWERS, by=by)
    return health_status_of(row, now).outcome


def _long_answered_at(row: Appointment, now: datetime) -> datetime | None:
    health_status = health_status_of(row, now)
    last = health_status.screening or health_status.before
    return last.long_answered_at if last is not None else None
