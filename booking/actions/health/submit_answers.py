"""A patient answers the health questions for a hold."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import lock_open_hold
from booking.actions.appointments.record_event import record_event
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.actions.health.known_age import agreed_age, evaluate_for, with_known_age
from booking.actions.health.screening_requirements import require_online_booking_open
from booking.actions.holds.resize_hold import resize_hold
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.actions.rate_limit import DETAILS_LIMIT, count_use_by_actor
from booking.errors import InvalidState, QuestionsChanged, QuestionsNotAnswered
from booking.lifecycle import Status, check_transition
from booking.models import Appointment, ClinicProfile, Patient, Screening
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.health.accommodations import total_extra_minutes
from booking.queries.health.renewal import renewable_answers
from booking.queries.health.shown_answers import NO_ANSWERS, ShownAnswers, shown_answers
from booking.queries.health.status import (
    are_long_answers_valid,
    health_status_of,
    latest_answers_to_renew,
    readable_record,
)
from booking.registries.minors import KnownAge
from booking.screening.questions import Questionnaire
from booking.screening.records import ScreeningRecord, SubmittedAnswers
from booking.screening.rules import ScreeningResult, has_crisis_answer
from clinic.lib.dates import clock

UNBOOKED_ANSWERS_KEPT_FOR = timedelta(hours=24)
"""The same for all outcomes, since this column is not encrypted and would reveal them. The job that
deletes answers keeps those with the outcome DOCTOR longer (booking.actions.health.hold_answers)."""
QuestionSet = Screening.QuestionSet


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The result of a submission; None in a crisis, when nothing was stored."""

    screening_result: ScreeningResult | None = None

    @property
    def is_crisis(self) -> bool:
        """Whether an answer said that somebody needs help now."""
        return self.screening_result is None


@write_action
def submit_answers(
    hold: Appointment,
    submitted: SubmittedAnswers,
    *,
    by: Actor,
    patient: Patient | None = None,
    nothing_else_changed: bool = False,
) -> SubmissionResult:
    """Evaluate and save the answers for a hold, in place of earlier ones.

    With an outcome of STOP or DOCTOR (clearances on file count) the hold expires; otherwise it is
    resized for accommodations and, the first time, extended by the clinic's hold time. `patient` is
    a signed-in patient who answered all questions within ANSWERS_VALID_FOR and was asked only the
    short set. With `nothing_else_changed` their last answers and preferences are renewed.

    Raises OnlineBookingClosed, QuestionsChanged, QuestionsNotAnswered, InvalidState, or
    MayNotActForPatient; GuardianMustAgree, or NotEnoughTime if an accommodation does not fit:
    nothing is stored then.
    """
    require_may_act(by, Permission.SEE_HEALTH if nothing_else_changed else Permission.BOOK)
    count_use_by_actor(DETAILS_LIMIT, by)
    active = require_online_booking_open(clinic := ClinicProfile.objects.get(), by=by)
    if active is None or submitted.digest != active.questionnaire.digest:
        raise QuestionsChanged()
    with write_transaction():
        lock_resources(
            therapists=[hold.therapist_id],
            rooms={hold.room_id, *suitable_room_ids(hold.option.treatment)},
        )
        row, now = _lock_hold(hold, patient), clock.now()
        earlier = row.screenings.last()
        if has_crisis_answer(active.questionnaire, submitted.answer_set):
            row.screenings.all().delete()
            return SubmissionResult()
        screening, version = earlier or Screening(appointment=row), active.questionnaire
        complete = _renewed_answers if nothing_else_changed else _complete_answers
        shown = _shown_to(by, patient)
        submitted, screening.long_answered_at = complete(submitted, patient, shown, version, now)
        age = agreed_age(row, submitted, clinic, by=by)
        screening.question_set = QuestionSet.FULL if patient is None else QuestionSet.SHORT
        fill_screening(screening, version, submitted, age, now=now)
        screening.actor_type, screening.user = by.actor_type, by.user
        screening.save()
        log_health_access([screening], AccessAction.WROTE, AccessedContent.ANSWERS, by=by)
        screening_result = health_status_of(row, now).screening_result
        if screening_result.outcome.blocks_booking:
            expire_hold(row, by=by, now=now)
        elif row.is_active_hold(now):
            _resize_and_extend_hold(row, submitted, clinic, now=now, first=earlier is None)
    return SubmissionResult(screening_result)


def _shown_to(by: Actor, patient: Patient | None) -> ShownAnswers:
    """Return the earlier answers on which new ones can be built."""
    reader = by.user or (patient.user if patient is not None else None)
    if patient is None or reader is None:
        return NO_ANSWERS
    return shown_answers(patient, reader)


def _lock_hold(hold: Appointment, patient: Patient | None) -> Appointment:
    """Lock a hold. Raise InvalidState for another appointment, or the hold of somebody else than
    `patient`, if one is given."""
    row = lock_open_hold(hold)
    if patient is not None and row.patient_id not in (None, patient.pk):
        raise InvalidState()
    return row


def fill_screening(
    screening: Screening,
    version: Questionnaire,
    submitted: SubmittedAnswers,
    age: KnownAge | None,
    *,
    now: datetime,
) -> None:
    """Set answers and result of a screening that is kept for a hold; `age` is of the record."""
    answer_set = with_known_age(submitted.answer_set, age)
    screening_result = evaluate_for(version, answer_set, age)
    screening.version, screening.answered_at = version.code, now
    screening.keep_until = now + UNBOOKED_ANSWERS_KEPT_FOR
    screening.record_json = ScreeningRecord(
        str(screening.appointment.public_id),
        version.code,
        answer_set,
        screening_result,
        submitted.preferences,
    ).to_json()


def _complete_answers(
    submitted: SubmittedAnswers,
    patient: Patient | None,
    shown: ShownAnswers,
    version: Questionnaire,
    now: datetime,
) -> tuple[SubmittedAnswers, datetime]:
    """Return the answers to all questions, and when the long set was answered.

    For a patient who was asked only the short set, the others are those of last time.
    """
    if patient is None:
        return submitted, now
    last = latest_answers_to_renew(patient, shown)
    if last is None or last.version != version.code or not are_long_answers_valid(last, now):
        raise QuestionsNotAnswered()
    record = readable_record(last)
    if record is None:
        raise QuestionsNotAnswered()
    answers = record.answer_set.updated_with(submitted.answer_set, version.short_questions())
    return replace(submitted, answer_set=answers), last.long_answered_at or now


def _renewed_answers(
    submitted: SubmittedAnswers,
    patient: Patient | None,
    shown: ShownAnswers,
    version: Questionnaire,
    now: datetime,
) -> tuple[SubmittedAnswers, datetime]:
    """Return the answers to save, and when they were given, if nothing else has changed.

    Preferences are the last ones, too. Raises QuestionsNotAnswered if all questions must be asked.
    """
    last = renewable_answers(patient, version, now, shown) if patient is not None else None
    if last is None:
        raise QuestionsNotAnswered()
    answers = last.with_short_set(submitted.answer_set, version)
    return replace(submitted, answer_set=answers, preferences=last.record.preferences), now


def expire_hold(row: Appointment, *, by: Actor, now: datetime) -> None:
    """Expire the hold, which frees its time. The draft of the booking stays."""
    if row.status != Status.HOLD:
        return
    check_transition(row.status, Status.EXPIRED)
    row.status, row.hold_expires_at = Status.EXPIRED, min(now, row.hold_expires_at or now)
    row.save(update_fields=["status", "hold_expires_at"])
    record_event(row, EventKind.RELEASED, by=by)


def _resize_and_extend_hold(
    row: Appointment,
    submitted: SubmittedAnswers,
    clinic: ClinicProfile,
    *,
    now: datetime,
    first: bool,
) -> None:
    """Give the hold the length that accommodations need, and the first time a new expiry."""
    resize_hold(
        row, total_extra_minutes(submitted.preferences.accommodations), clinic=clinic, now=now
    )
    if first:
        row.hold_expires_at = now + timedelta(minutes=clinic.hold_minutes)
        row.save(update_fields=["hold_expires_at"])
