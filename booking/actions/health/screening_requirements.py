"""The one rule between somebody's health and an appointment. Every door that takes or moves a
time asks here, inside its transaction:

    STOP, DOCTOR                 nothing is booked and nothing is moved
    ADAPT with closed kinds      not those treatments
    online, without answers      not booked
    by staff, without answers    booked; the brief says "to be asked on arrival"
"""

from datetime import datetime

from booking.actions.actor import Actor, Door
from booking.errors import (
    AskFirst,
    NotNow,
    OnlineBookingClosed,
    QuestionsChanged,
    QuestionsNotAnswered,
    TreatmentClosed,
)
from booking.models import Appointment, ClinicProfile, Patient, Treatment
from booking.queries.health.status import (
    Live,
    Standing,
    live_version,
    standing_of,
    standing_of_patient,
)
from booking.screening.outcomes import Outcome

ONLINE = (Door.GUEST, Door.PATIENT)


def insist_open(clinic: ClinicProfile, *, by: Actor) -> Live | None:
    """Online booking is open only while signed questions are asked. Raises OnlineBookingClosed."""
    live = live_version()
    if live is None and by.door in ONLINE:
        raise OnlineBookingClosed(clinic.phone)
    return live


def insist_answered(hold: Appointment, live: Live | None, now: datetime) -> None:
    """A held time is booked online only with its own, whole and present answers.

    Raises QuestionsNotAnswered or QuestionsChanged.
    """
    standing = standing_of(hold, now)
    if standing.screening is None or not standing.long_is_fresh:
        raise QuestionsNotAnswered()
    if live is None or standing.screening.version != live.version.code:
        raise QuestionsChanged()
    insist_on(standing, hold.option.treatment)


def insist_fit(appointment: Appointment, treatment: Treatment, now: datetime) -> None:
    """A booked appointment may be at another time, or be for this treatment.

    Raises NotNow, AskFirst or TreatmentClosed.
    """
    insist_on(standing_of(appointment, now), treatment)


def insist_patient_fit(patient: Patient, treatment: Treatment, now: datetime) -> None:
    """Staff may book this for somebody on file, by phone or at the counter.

    Raises NotNow, AskFirst or TreatmentClosed. Who was never asked is asked on arrival.
    """
    insist_on(standing_of_patient(patient, now), treatment)


def insist_on(standing: Standing, treatment: Treatment) -> None:
    """The rule itself."""
    insist_not_blocked(standing)
    if not standing.still_open(treatment.touch):
        raise TreatmentClosed()


def insist_not_blocked(standing: Standing) -> None:
    """Whatever the treatment. Raises NotNow or AskFirst."""
    if standing.outcome == Outcome.STOP:
        raise NotNow()
    if standing.outcome == Outcome.DOCTOR:
        raise AskFirst()
