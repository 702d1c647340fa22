"""The one rule between somebody's health and an appointment. Every door that takes or moves a
time asks here, inside its transaction:

    STOP, DOCTOR                 nothing is booked and nothing is moved
    ADAPT with closed kinds      not those treatments
    online, without answers      not booked
    by staff, without answers    booked; the brief says "to be asked on arrival"
"""

from datetime import datetime

from booking.actions.actor import Actor, ActorType
from booking.errors import (
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
from booking.screening.outcomes import Outcome

ONLINE_ACTOR_TYPES = (ActorType.GUEST, ActorType.PATIENT)


def require_online_booking_open(clinic: ClinicProfile, *, by: Actor) -> ActiveQuestionnaire | None:
    """Online booking is open only while signed questions are asked. Raises OnlineBookingClosed."""
    live = get_active_questionnaire()
    if live is None and by.actor_type in ONLINE_ACTOR_TYPES:
        raise OnlineBookingClosed(clinic.phone)
    return live


def require_current_answers(
    hold: Appointment, live: ActiveQuestionnaire | None, now: datetime
) -> None:
    """A held time is booked online only with its own, whole and present answers.

    Raises QuestionsNotAnswered or QuestionsChanged.
    """
    health_status = health_status_of(hold, now)
    if health_status.screening is None or not health_status.are_long_answers_valid:
        raise QuestionsNotAnswered()
    if live is None or health_status.screening.version != live.version.code:
        raise QuestionsChanged()
    require_treatment_allowed(health_status, hold.option.treatment)


def require_screening_passed(appointment: Appointment, treatment: Treatment, now: datetime) -> None:
    """A booked appointment may be at another time, or be for this treatment.

    Raises ScreeningStop, NeedsMedicalAdvice or TreatmentNotSuitable.
    """
    require_treatment_allowed(health_status_of(appointment, now), treatment)


def require_patient_screening_passed(patient: Patient, treatment: Treatment, now: datetime) -> None:
    """Staff may book this for somebody on file, by phone or at the counter.

    Raises ScreeningStop, NeedsMedicalAdvice or TreatmentNotSuitable. Who was never asked is asked
    on arrival.
    """
    require_treatment_allowed(health_status_of_patient(patient, now), treatment)


def require_treatment_allowed(health_status: HealthStatus, treatment: Treatment) -> None:
    """The rule itself."""
    require_not_blocked(health_status)
    if not health_status.allows_pressure(treatment.pressure):
        raise TreatmentNotSuitable()


def require_not_blocked(health_status: HealthStatus) -> None:
    """Whatever the treatment. Raises ScreeningStop or NeedsMedicalAdvice."""
    if health_status.outcome == Outcome.STOP:
        raise ScreeningStop()
    if health_status.outcome == Outcome.DOCTOR:
        raise NeedsMedicalAdvice()
