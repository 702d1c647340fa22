"""From answers to an outcome: the highest wins, "not sure" is never "no"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from booking.screening.outcomes import (
    CareAdvice,
    Outcome,
    Pressure,
    TreatmentRestriction,
    allowed_pressures,
    most_severe,
    most_urgent,
)
from booking.screening.questions import AnswerKey, HealthQuestion, Questionnaire, QuestionType

ChosenCodes = Mapping[str, Sequence[str]]
FreeTextAnswers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """Somebody's answers: codes by question, and words by question."""

    picked: ChosenCodes = field(default_factory=dict)
    words: FreeTextAnswers = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "picked": {question: list(codes) for question, codes in self.picked.items()},
            "words": dict(self.words),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "AnswerSet":
        return cls(picked=data["picked"], words=data["words"])

    def keys(self) -> frozenset[AnswerKey]:
        """Every answer picked."""
        return frozenset(
            (question, code) for question, codes in self.picked.items() for code in codes
        )

    def only(self, questions: Iterable[HealthQuestion]) -> "AnswerSet":
        """The answers to some of the questions."""
        ids = {question.id for question in questions}
        return AnswerSet(
            {question: codes for question, codes in self.picked.items() if question in ids},
            {question: words for question, words in self.words.items() if question in ids},
        )

    def with_new(self, newer: "AnswerSet", questions: Iterable[HealthQuestion]) -> "AnswerSet":
        """These answers, with those to some questions given anew."""
        ids = {question.id for question in questions}
        kept = {q: codes for q, codes in self.picked.items() if q not in ids}
        kept_words = {q: words for q, words in self.words.items() if q not in ids}
        return AnswerSet({**kept, **newer.picked}, {**kept_words, **newer.words})


@dataclass(frozen=True, slots=True)
class ScreeningFinding:
    """One answer, with what it means."""

    question: str
    code: str
    outcome: Outcome
    care: CareAdvice
    closes: TreatmentRestriction
    answer: str
    adapt: str = ""
    words: str = ""
    doctor: bool = False

    @property
    def key(self) -> AnswerKey:
        return self.question, self.code


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """What all answers together come to."""

    outcome: Outcome
    care: CareAdvice
    findings: Sequence[ScreeningFinding]

    @property
    def allowed_pressures(self) -> frozenset[Pressure]:
        """The kinds of touch that no answer closes."""
        return allowed_pressures(finding.closes for finding in self.findings)

    @property
    def needs_medical_advice(self) -> bool:
        """Whether a note for the doctor would help."""
        return any(f.doctor or _for_the_doctor(f) for f in self.findings)

    def blocking(self) -> list[ScreeningFinding]:
        """The findings for which nothing is booked."""
        return [finding for finding in self.findings if finding.outcome.blocks]


def _for_the_doctor(finding: ScreeningFinding) -> bool:
    return finding.outcome == Outcome.DOCTOR and finding.care != CareAdvice.CALL


def evaluate(version: Questionnaire, answer_set: AnswerSet) -> ScreeningResult:
    """The outcome of a sheet. Raises KeyError or StopIteration for answers not of the version."""
    findings = [
        finding for question in version.questions for finding in _findings(question, answer_set)
    ]
    outcome = most_severe(finding.outcome for finding in findings)
    care = most_urgent(finding.care for finding in findings if finding.outcome == outcome)
    return ScreeningResult(outcome, care, findings)


def _findings(question: HealthQuestion, answer_set: AnswerSet) -> list[ScreeningFinding]:
    words = answer_set.words.get(question.id, "").strip()
    codes = answer_set.picked.get(question.id, ())
    if question.mode == QuestionType.TEXT:
        codes = [answer.code for answer in question.answers] if words else []
    chosen = [answer for answer in question.answers if answer.code in set(codes)]
    return [
        ScreeningFinding(
            question=question.id,
            code=answer.code,
            outcome=answer.outcome,
            care=answer.care
            or (CareAdvice.DOCTOR if answer.outcome == Outcome.DOCTOR else CareAdvice.NONE),
            closes=answer.closes,
            answer=answer.text or question.text_ask,
            adapt=answer.adapt,
            words=words,
            doctor=answer.doctor,
        )
        for answer in chosen
    ]


def has_crisis_answer(version: Questionnaire, answer_set: AnswerSet) -> bool:
    """Whether somebody says that they cannot go on. Such an answer is never kept."""
    picked = answer_set.keys()
    return any(
        answer.crisis and (question.id, answer.code) in picked
        for question, answer in version.answers()
    )


def with_clearance(
    screening_result: ScreeningResult, covered: frozenset[AnswerKey], *, only_gentle: bool
) -> ScreeningResult:
    """The judgement once a doctor's word covers some DOCTOR findings: these become ADAPT.

    A STOP is not lifted by anybody's word.
    """
    closes = TreatmentRestriction.FIRM if only_gentle else TreatmentRestriction.NOTHING
    findings = [
        _adapted(finding, closes)
        if finding.outcome == Outcome.DOCTOR and finding.key in covered
        else finding
        for finding in screening_result.findings
    ]
    outcome = most_severe(finding.outcome for finding in findings)
    care = most_urgent(finding.care for finding in findings if finding.outcome == outcome)
    return ScreeningResult(outcome, care, findings)


def _adapted(finding: ScreeningFinding, closes: TreatmentRestriction) -> ScreeningFinding:
    return ScreeningFinding(
        question=finding.question,
        code=finding.code,
        outcome=Outcome.ADAPT,
        care=CareAdvice.NONE,
        closes=finding.closes or closes,
        answer=finding.answer,
        adapt=finding.adapt,
        words=finding.words,
    )


def compare_results(
    before: ScreeningResult, after: ScreeningResult
) -> tuple[list[ScreeningFinding], list[ScreeningFinding]]:
    """What is new since, in answer or in words, and what is no longer so."""
    said = {(finding.key, finding.words) for finding in before.findings}
    still = {finding.key for finding in after.findings}
    return (
        [finding for finding in after.findings if (finding.key, finding.words) not in said],
        [finding for finding in before.findings if finding.key not in still],
    )
