"""The rules between a patient's health answers and an appointment.

Every action that books or moves an appointment checks them in its transaction:

    STOP, DOCTOR                 nothing is booked or moved
    ADAPT with restrictions      not the treatments that are excluded
    online, without answers      not booked
    by staff, without answers    booked; the brief says "to be asked on arrival"
    answers that are unreadable  not booked or moved until the questions are asked again; staff can
                                 book another appointment, as without answers
"""

from datetime import datetime

from booking.actions.actor import Actor, ActorType
from booking.errors import (
    AnswersUnreadable,
    NeedsMedicalAdvice,
    OnlineBookingClosed,
    QuestionsChanged,
    QuestionsNotAnswered,
    ScreeningStop,
    TreatmentNotSuitable,
)
from booking.models import Appointment, ClinicProfile, Patient, Treatment
from booking.queries.health.status import (
    ActiveQuestionnaire,
    HealthStatus,
    get_active_questionnaire,
    health_status_of,
    health_status_of_patient,
)
from booking.queries.health.used_answers import is_used_for
from booking.screening.outcomes import Outcome

ONLINE_ACTOR_TYPES = (ActorType.GUEST, ActorType.PATIENT)


def require_online_booking_open(clinic: ClinicProfile, *, by: Actor) -> ActiveQuestionnaire | None:
    """Return the active questionnaire, without which patients cannot book online.

    Raises OnlineBookingClosed for patients and guests if there is none.
    """
    active = get_active_questionnaire()
    if active is None and by.actor_type in ONLINE_ACTOR_TYPES:
        raise OnlineBookingClosed(clinic.phone)
    return active


def require_current_answers(
    hold: Appointment, active: ActiveQuestionnaire | None, now: datetime
) -> HealthStatus:
    """Require that a hold's answers are complete, up to date, and allow booking it.

    Returns what they mean. Raises AnswersUnreadable, QuestionsNotAnswered, QuestionsChanged,
    ScreeningStop, NeedsMedicalAdvice or TreatmentNotSuitable.
    """
    health_status = health_status_of(hold, now)
    if health_status.is_unreadable:
        raise AnswersUnreadable()
    if health_status.screening is None or not health_status.are_long_answers_valid:
        raise QuestionsNotAnswered()
    if active is None or health_status.screening.version != active.questionnaire.code:
        raise QuestionsChanged()
    require_treatment_allowed(health_status, hold.option.treatment)
    return health_status


def require_answers_used(health_status: HealthStatus, patient: Patient) -> None:
    """Require that a hold's answers may be used once they are those of this patient.

    Raises QuestionsNotAnswered if the consent was withdrawn, or the record restricted, since then.
    """
    if health_status.screening is None or not is_used_for(health_status.screening, patient):
        raise QuestionsNotAnswered()


def require_screening_passed(appointment: Appointment, treatment: Treatment, now: datetime) -> None:
    """Require that the answers allow moving an appointment, or this treatment for it.

    Raises AnswersUnreadable, ScreeningStop, NeedsMedicalAdvice or TreatmentNotSuitable.
    """
    health_status = health_status_of(appointment, now)
    if health_status.is_unreadable:
        raise AnswersUnreadable()
    require_treatment_allowed(health_status, treatment)


def require_patient_screening_passed(patient: Patient, treatment: Treatment, now: datetime) -> None:
    """Require that a patient's answers allow staff to book this treatment.

    Patients without answers, or with unreadable ones, are asked on arrival. Raises ScreeningStop,
    NeedsMedicalAdvice or TreatmentNotSuitable.
    """
    require_treatment_allowed(health_status_of_patient(patient, now), treatment)


def require_treatment_allowed(health_status: HealthStatus, treatment: Treatment) -> None:
    """Raise ScreeningStop, NeedsMedicalAdvice or TreatmentNotSuitable if the status excludes it."""
    require_not_blocked(health_status)
    if not health_status.allows_pressure(treatment.pressure):
        raise TreatmentNotSuitable()


def require_not_blocked(health_status: HealthStatus) -> None:
    """Raise ScreeningStop or NeedsMedicalAdvice if no treatment can be booked."""
    if health_status.outcome == Outcome.STOP:
        raise ScreeningStop()
    if health_status.outcome == Outcome.DOCTOR:
        raise NeedsMedicalAdvice()
