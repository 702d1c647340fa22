"""A patient answers the health questions outside of a booking, or renews earlier answers."""

from uuid import UUID, uuid4

from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.actions.health.known_age import evaluate_for, guardian_of, with_known_age
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import DETAILS_LIMIT, count_use_by_actor
from booking.errors import (
    AnswersChangedMeanwhile,
    CrisisReported,
    NoAppointmentYet,
    NothingToRenew,
    QuestionsChanged,
)
from booking.models import ClinicProfile, Patient, Screening
from booking.notifications.subjects.urgent_texts import notify_urgent_appointment
from booking.queries.health.known_age import find_known_age
from booking.queries.health.own_answers import (
    appointments_to_save_answers_for,
    latest_screening_id,
)
from booking.queries.health.renewal import renewable_answers
from booking.queries.health.shown_answers import shown_answers
from booking.queries.health.status import (
    get_active_questionnaire,
    health_status_of_patient,
)
from booking.screening.outcomes import Outcome
from booking.screening.questions import Questionnaire
from booking.screening.records import ScreeningRecord, SubmittedAnswers
from booking.screening.rules import has_crisis_answer
from clinic.lib.dates import clock
from clinic.lib.text.despair import mentions_despair

QuestionSet = Screening.QuestionSet


@write_action
def update_answers(
    patient: Patient, submitted: SubmittedAnswers, *, seen: UUID | None, by: Actor
) -> Outcome:
    """Save the answers to all questions and return their outcome for a new appointment.

    `seen` is the public id of the latest answers that the page showed. Raises QuestionsChanged,
    AnswersChangedMeanwhile, NoAppointmentYet, MayNotActForPatient, or CrisisReported if the patient
    needs help now: then nothing is stored.
    """
    questionnaire = _questionnaire_of(submitted, by)
    with write_transaction():
        _lock_and_compare(patient, seen, by)
        _save(patient, questionnaire, submitted, question_set=QuestionSet.FULL, by=by)
        return health_status_of_patient(patient, clock.now()).outcome


@write_action
def renew_answers(
    patient: Patient, submitted: SubmittedAnswers, *, seen: UUID | None, by: Actor
) -> Outcome:
    """Renew the latest answers to all questions, after the short set was answered again.

    Preferences stay as they were. Returns and raises the same as `update_answers`, and
    NothingToRenew if all questions must be asked (see booking.queries.health.renewal).
    """
    questionnaire = _questionnaire_of(submitted, by)
    with write_transaction():
        _lock_and_compare(patient, seen, by)
        now = clock.now()
        if by.user is None:
            raise NothingToRenew()
        shown = shown_answers(patient, by.user)
        answers = renewable_answers(patient, questionnaire, now, shown)
        if answers is None:
            raise NothingToRenew()
        answer_set = answers.with_short_set(submitted.answer_set, questionnaire)
        renewed = SubmittedAnswers(submitted.digest, answer_set, answers.record.preferences)
        _save(patient, questionnaire, renewed, question_set=QuestionSet.SHORT, by=by)
        return health_status_of_patient(patient, now).outcome


def _questionnaire_of(submitted: SubmittedAnswers, by: Actor) -> Questionnaire:
    """Return the questionnaire that was answered.

    Raises QuestionsChanged, CrisisReported, or MayNotActForPatient for a proxy without permission
    to see health answers.
    """
    require_may_act(by, Permission.SEE_HEALTH)
    count_use_by_actor(DETAILS_LIMIT, by)
    active = get_active_questionnaire()
    if active is None or submitted.digest != active.questionnaire.digest:
        raise QuestionsChanged()
    if has_crisis_answer(active.questionnaire, submitted.answer_set):
        raise CrisisReported()
    return active.questionnaire


def _lock_and_compare(patient: Patient, seen: UUID | None, by: Actor) -> None:
    """Lock the patient. Raise AnswersChangedMeanwhile if the latest answers are not `seen`.

    Raises MayNotActForPatient if a proxy's permission to see health answers has ended.
    """
    require_may_act(by, Permission.SEE_HEALTH)
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    if latest_screening_id(patient) != seen:
        raise AnswersChangedMeanwhile()


def _save(
    patient: Patient,
    questionnaire: Questionnaire,
    submitted: SubmittedAnswers,
    *,
    question_set: QuestionSet,
    by: Actor,
) -> None:
    """Save the answers for each upcoming appointment, or if there is none for the last one.

    Answers always belong to an appointment. Raises NoAppointmentYet.
    """
    now = clock.now()
    appointments = appointments_to_save_answers_for(patient, now)
    if not appointments:
        raise NoAppointmentYet()
    clinic = ClinicProfile.objects.get()
    rows: list[Screening] = []
    for appointment in appointments:
        age = find_known_age(appointment, clinic, guardian_of(by))
        answer_set = with_known_age(submitted.answer_set, age)
        record = ScreeningRecord(
            str(appointment.public_id),
            questionnaire.code,
            answer_set,
            evaluate_for(questionnaire, answer_set, age),
            submitted.preferences,
        )
        rows.append(
            Screening(
                public_id=uuid4(),
                appointment=appointment,
                patient=patient,
                question_set=question_set,
                version=questionnaire.code,
                long_answered_at=now,
                answered_at=now,
                actor_type=by.actor_type,
                user=by.user,
                record_json=record.to_json(),
            )
        )
    for row in rows:
        row.save(force_insert=True)
    log_health_access(rows, AccessAction.WROTE, AccessedContent.ANSWERS, by=by)
    words = [*submitted.answer_set.free_texts.values(), submitted.preferences.areas_to_avoid]
    if question_set == QuestionSet.FULL and mentions_despair("\n".join(words)):
        notify_urgent_appointment(appointments[0])
