"""Evaluate answers: the most severe answer decides, and "not sure" never counts as "no"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
UNDER_AGE: AnswerKey = ("age", "under-18")
"""The answer that the patient is under 18, in every version that asks it."""


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """The answers of one person: codes of answers and free text, both by question id."""

    chosen_codes: ChosenCodes = field(default_factory=dict)
    free_texts: FreeTextAnswers = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that is stored."""
        return {
            "picked": {question: list(codes) for question, codes in self.chosen_codes.items()},
            "words": dict(self.free_texts),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "AnswerSet":
        """Read what `as_dict` wrote."""
        return cls(chosen_codes=data["picked"], free_texts=data["words"])

    def answer_keys(self) -> frozenset[AnswerKey]:
        """Return the keys of all chosen answers."""
        return frozenset(
            (question, code) for question, codes in self.chosen_codes.items() for code in codes
        )

    def restricted_to(self, questions: Iterable[HealthQuestion]) -> "AnswerSet":
        """Return only the answers to these questions."""
        ids = {question.id for question in questions}
        return AnswerSet(
            {question: codes for question, codes in self.chosen_codes.items() if question in ids},
            {question: text for question, text in self.free_texts.items() if question in ids},
        )

    def with_age(self, *, is_minor: bool) -> "AnswerSet":
        """Return these answers, with the one about the patient's age as it is known."""
        question, code = UNDER_AGE
        others = {id_: codes for id_, codes in self.chosen_codes.items() if id_ != question}
        return AnswerSet({**others, **({question: [code]} if is_minor else {})}, self.free_texts)

    def updated_with(self, newer: "AnswerSet", questions: Iterable[HealthQuestion]) -> "AnswerSet":
        """Return these answers, with those to `questions` replaced by newer ones."""
        ids = {question.id for question in questions}
        codes = {id_: codes for id_, codes in self.chosen_codes.items() if id_ not in ids}
        texts = {id_: text for id_, text in self.free_texts.items() if id_ not in ids}
        return AnswerSet({**codes, **newer.chosen_codes}, {**texts, **newer.free_texts})


@dataclass(frozen=True, slots=True)
class ScreeningFinding:
    """A chosen answer, with what followed from it when it was evaluated.

    `question` is an id, `code` and `answer` are the answer's code and text.
    """

    question: str
    code: str
    outcome: Outcome
    care: CareAdvice
    restriction: TreatmentRestriction
    answer: str
    therapist_note: str = ""
    free_text: str = ""
    doctor: bool = False

    @property
    def key(self) -> AnswerKey:
        """The key of the answer."""
        return self.question, self.code

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that is stored."""
        return {
            "question": self.question,
            "code": self.code,
            "outcome": self.outcome,
            "care": self.care,
            "closes": self.restriction,
            "answer": self.answer,
            "adapt": self.therapist_note,
            "words": self.free_text,
            "doctor": self.doctor,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "ScreeningFinding":
        """Read what `as_dict` wrote."""
        return cls(
            question=data["question"],
            code=data["code"],
            outcome=Outcome(data["outcome"]),
            care=CareAdvice(data["care"]),
            restriction=TreatmentRestriction(data["closes"]),
            answer=data["answer"],
            therapist_note=data.get("adapt", ""),
            free_text=data.get("words", ""),
            doctor=data.get("doctor", False),
        )


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """The outcome of all answers together, and the findings it follows from."""

    outcome: Outcome
    care: CareAdvice
    findings: Sequence[ScreeningFinding]

    @property
    def allowed_pressures(self) -> frozenset[Pressure]:
        """The pressures that no finding excludes."""
        return allowed_pressures(finding.restriction for finding in self.findings)

    @property
    def needs_medical_advice(self) -> bool:
        """Whether a note for the doctor would help."""
        return any(finding.doctor or _needs_doctor(finding) for finding in self.findings)

    def blocking_findings(self) -> list[ScreeningFinding]:
        """Return the findings because of which nothing can be booked."""
        return [finding for finding in self.findings if finding.outcome.blocks_booking]


def _needs_doctor(finding: ScreeningFinding) -> bool:
    return finding.outcome == Outcome.DOCTOR and finding.care != CareAdvice.CALL


def evaluate(version: Questionnaire, answer_set: AnswerSet) -> ScreeningResult:
    """Return the result of answers to this version. Answers it does not know are ignored."""
    findings = [
        finding for question in version.questions for finding in _findings(question, answer_set)
    ]
    outcome = most_severe(finding.outcome for finding in findings)
    care = most_urgent(finding.care for finding in findings if finding.outcome == outcome)
    return ScreeningResult(outcome, care, findings)


def _findings(question: HealthQuestion, answer_set: AnswerSet) -> list[ScreeningFinding]:
    free_text = answer_set.free_texts.get(question.id, "").strip()
    codes = answer_set.chosen_codes.get(question.id, ())
    if question.mode == QuestionType.FREE_TEXT:
        codes = [answer.code for answer in question.answers] if free_text else []
    chosen = [answer for answer in question.answers if answer.code in set(codes)]
    return [
        ScreeningFinding(
            question=question.id,
            code=answer.code,
            outcome=answer.outcome,
            care=answer.care
            or (CareAdvice.DOCTOR if answer.outcome == Outcome.DOCTOR else CareAdvice.NONE),
            restriction=answer.restriction,
            answer=answer.text or question.text_ask,
            therapist_note=answer.therapist_note,
            free_text=free_text,
            doctor=answer.doctor,
        )
        for answer in chosen
    ]


def has_crisis_answer(version: Questionnaire, answer_set: AnswerSet) -> bool:
    """Whether an answer says that somebody needs help now. Such answers are never stored."""
    chosen = answer_set.answer_keys()
    return any(
        answer.crisis and (question.id, answer.code) in chosen
        for question, answer in version.answers()
    )


def with_clearance(
    screening_result: ScreeningResult, covered: frozenset[AnswerKey], *, gentle_only: bool
) -> ScreeningResult:
    """Return the result after a doctor has agreed: covered DOCTOR findings become ADAPT.

    With `gentle_only` these exclude firm treatments. STOP findings stay.
    """
    restriction = TreatmentRestriction.FIRM if gentle_only else TreatmentRestriction.NOTHING
    findings = [
        _cleared(finding, restriction)
        if finding.outcome == Outcome.DOCTOR and finding.key in covered
        else finding
        for finding in screening_result.findings
    ]
    outcome = most_severe(finding.outcome for finding in findings)
    care = most_urgent(finding.care for finding in findings if finding.outcome == outcome)
    return ScreeningResult(outcome, care, findings)


def with_guardian(screening_result: ScreeningResult, therapist_note: str) -> ScreeningResult:
    """Return the result after a guardian has agreed: "under 18" alone no longer blocks a booking.

    The finding stays, as ADAPT with a note for the therapist.
    """
    findings = [
        replace(_cleared(finding, finding.restriction), therapist_note=therapist_note)
        if finding.key == UNDER_AGE
        else finding
        for finding in screening_result.findings
    ]
    outcome = most_severe(finding.outcome for finding in findings)
    care = most_urgent(finding.care for finding in findings if finding.outcome == outcome)
    return ScreeningResult(outcome, care, findings)


def _cleared(finding: ScreeningFinding, restriction: TreatmentRestriction) -> ScreeningFinding:
    return ScreeningFinding(
        question=finding.question,
        code=finding.code,
        outcome=Outcome.ADAPT,
        care=CareAdvice.NONE,
        restriction=finding.restriction or restriction,
        answer=finding.answer,
        therapist_note=finding.therapist_note,
        free_text=finding.free_text,
    )


def compare_results(
    before: ScreeningResult, after: ScreeningResult
) -> tuple[list[ScreeningFinding], list[ScreeningFinding]]:
    """Return the findings that are new or differ in free text, and those that are gone."""
    keys_before = {(finding.key, finding.free_text) for finding in before.findings}
    keys_after = {finding.key for finding in after.findings}
    return (
        [
            finding
            for finding in after.findings
            if (finding.key, finding.free_text) not in keys_before
        ],
        [finding for finding in before.findings if finding.key not in keys_after],
    )
