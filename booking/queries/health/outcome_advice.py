"""What a page says if the answers keep somebody from booking: why, what to do, whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.queries.health.answer_summary import GivenAnswer, describe_findings
from booking.queries.health.status import HealthStatus
from booking.screening.emergency_calls import CallableNumber, EmergencyCalls, emergency_calls
from booking.screening.outcomes import CareAdvice, Outcome
from booking.screening.questions import Questionnaire
from booking.screening.rules import ScreeningFinding


@dataclass(frozen=True, slots=True)
class OutcomeAdvice:
    """The content of the page of an outcome that blocks booking.

    Attributes:
        heading: The most important sentence.
        texts: What to do, one paragraph each.
        answers, findings: Those because of which nothing can be booked.
        calls: The emergency numbers that go with it; empty for DOCTOR.
        is_stop: Whether it is STOP, so that a call of the clinic would not help.
        needs_medical_advice: Whether a doctor has to be asked.
    """

    heading: str
    texts: Sequence[str]
    answers: Sequence[GivenAnswer]
    findings: Sequence[ScreeningFinding]
    calls: Sequence[CallableNumber]
    is_stop: bool
    needs_medical_advice: bool


def outcome_advice(version: Questionnaire, country: str, status: HealthStatus) -> OutcomeAdvice:
    """Return what to say about an outcome of STOP or DOCTOR, with the numbers of a country."""
    result, is_stop = status.screening_result, status.outcome == Outcome.STOP
    blocking = result.blocking_findings()
    calls = emergency_calls(version.emergency_contacts(country))
    answers = [
        version.question(finding.question).answer(finding.code)
        for finding in blocking
        if finding.outcome == status.outcome
    ]
    danger = next((answer.danger for answer in answers if answer.danger), "")
    return OutcomeAdvice(
        heading=_heading(result.care, is_stop=is_stop, danger=danger, calls=calls),
        texts=list(dict.fromkeys(version.advice_for(answer, country) for answer in answers)),
        answers=describe_findings(blocking, version.code),
        findings=blocking,
        calls=calls.for_care(result.care) if is_stop else [],
        is_stop=is_stop,
        needs_medical_advice=result.needs_medical_advice,
    )


def _heading(care: CareAdvice, *, is_stop: bool, danger: str, calls: EmergencyCalls) -> str:
    """Return the heading for STOP or DOCTOR. `danger` says why it is urgent, if known."""
    if care == CareAdvice.EMERGENCY:
        return _("Call %(number)s now. This can be an emergency") % {
            "number": calls.emergency[0].text
        }
    if care == CareAdvice.URGENT:
        return (
            _("Get medical help today. %(danger)s") % {"danger": danger}
            if danger
            else _("Get medical help today")
        )
    if is_stop:
        return _("Not today, please")
    if care == CareAdvice.CALL:
        return _("Let us talk first")
    return _("Please ask your doctor first")
