"""Which answers a patient may renew by saying that nothing has changed.

The rule is the same on the patient's health page and in a booking. The answers must be to all
questions of the active version, given within RENEWABLE_FOR, readable, and such that a massage can
be booked. Then only the short set is asked. Patients whose answers meant STOP or DOCTOR answer all
questions again, even with a clearance.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.models import Patient, Screening
from booking.queries.health.shown_answers import ShownAnswers
from booking.queries.health.status import (
    latest_answers_to_renew,
    readable_record,
    without_same_day_findings,
)
from booking.screening.questions import Questionnaire
from booking.screening.records import ScreeningRecord
from booking.screening.rules import AnswerSet

RENEWABLE_FOR = timedelta(days=365)
"""Answers cannot be renewed after this time since all questions were last answered one by one."""


@dataclass(frozen=True, slots=True)
class RenewableAnswers:
    """The answers that may be renewed, and when they were last given or renewed."""

    screening: Screening
    record: ScreeningRecord
    answered_at: datetime

    def with_short_set(self, newer: AnswerSet, questionnaire: Questionnaire) -> AnswerSet:
        """Return these answers with those to the short set replaced by the newer ones."""
        return self.record.answer_set.updated_with(newer, questionnaire.short_questions())


def renewable_answers(
    patient: Patient, questionnaire: Questionnaire, now: datetime, shown: ShownAnswers
) -> RenewableAnswers | None:
    """Return the answers that a reader who is shown these may renew, or None. Two queries."""
    last = latest_answers_to_renew(patient, shown)
    record = readable_record(last)
    if last is None or record is None or last.long_answered_at is None:
        return None
    if last.version != questionnaire.code or _first_answered_at(last) <= now - RENEWABLE_FOR:
        return None
    if without_same_day_findings(record).outcome.blocks_booking:
        return None
    return RenewableAnswers(last, record, last.long_answered_at)


def _first_answered_at(last: Screening) -> datetime:
    """Return when all questions were last answered one by one, and not renewed."""
    rows = Screening.objects.filter(
        patient=last.patient_id, question_set=Screening.QuestionSet.FULL
    )
    answered = rows.order_by("answered_at").values_list("answered_at", flat=True).last()
    return answered or last.answered_at
