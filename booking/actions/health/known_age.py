"""Evaluate answers with what is known about the patient's age and the consent of a guardian."""

from dataclasses import replace

from booking.actions.actor import Actor
from booking.errors import GuardianMustAgree
from booking.models import Appointment, ClinicProfile, User
from booking.queries.health.known_age import find_known_age
from booking.registries import minors
from booking.registries.minors import KnownAge
from booking.screening.questions import Questionnaire
from booking.screening.records import SubmittedAnswers
from booking.screening.rules import AnswerSet, ScreeningResult, evaluate, with_guardian


def guardian_of(by: Actor) -> User | None:
    """Return the user if they act for somebody else, or None."""
    return by.user if by.for_patient is not None else None


def agreed_age(
    hold: Appointment, submitted: SubmittedAnswers, clinic: ClinicProfile, *, by: Actor
) -> KnownAge | None:
    """Return what is known about the patient's age, after the consent that was ticked is recorded.

    Call it in the action's transaction. Raises GuardianMustAgree without the consent.
    """
    guardian = guardian_of(by)
    age = find_known_age(hold, clinic, guardian)
    if age is None or not age.needs_guardian_consent:
        return age
    if hold.patient is None or guardian is None or not submitted.guardian_agrees:
        raise GuardianMustAgree()
    minors.record_consent(hold.patient, guardian)
    return replace(age, has_consent=True)


def with_known_age(answer_set: AnswerSet, age: KnownAge | None) -> AnswerSet:
    """Return the answers, with the one about the age as the record has it."""
    return answer_set if age is None else answer_set.with_age(is_minor=age.is_minor)


def evaluate_for(
    version: Questionnaire, answer_set: AnswerSet, age: KnownAge | None
) -> ScreeningResult:
    """Return the result of answers; with a guardian's consent "under 18" no longer blocks."""
    result = evaluate(version, with_known_age(answer_set, age))
    if age is None or not age.has_consent:
        return result
    return with_guardian(result, age.therapist_note)
