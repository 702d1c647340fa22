"""From answers to an outcome: the highest wins, "not sure" is never "no"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from booking.screening.outcomes import (
    Care,
    Closes,
    Outcome,
    Touch,
    most_pressing,
    open_touches,
    worst,
)
from booking.screening.questions import AnswerKey, Mode, Question, Version

Picked = Mapping[str, Sequence[str]]
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Somebody's answers: codes by question, and words by question."""

    picked: Picked = field(default_factory=dict)
    words: Words = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "picked": {question: list(codes) for question, codes in self.picked.items()},
            "words": dict(self.words),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Sheet":
        return cls(picked=data["picked"], words=data["words"])

    def keys(self) -> frozenset[AnswerKey]:
        """Every answer picked."""
        return frozenset(
            (question, code) for question, codes in self.picked.items() for code in codes
        )

    def only(self, questions: Iterable[Question]) -> "Sheet":
        """The answers to some of the questions."""
        ids = {question.id for question in questions}
        return Sheet(
            {question: codes for question, codes in self.picked.items() if question in ids},
            {question: words for question, words in self.words.items() if question in ids},
        )

    def with_new(self, newer: "Sheet", questions: Iterable[Question]) -> "Sheet":
        """These answers, with those to some questions given anew."""
        ids = {question.id for question in questions}
        kept = {q: codes for q, codes in self.picked.items() if q not in ids}
        kept_words = {q: words for q, words in self.words.items() if q not in ids}
        return Sheet({**kept, **newer.picked}, {**kept_words, **newer.words})


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer, with what it means."""

    question: str
    code: str
    outcome: Outcome
    care: Care
    closes: Closes
    answer: str
    adapt: str = ""
    words: str = ""
    doctor: bool = False

    @property
    def key(self) -> AnswerKey:
        return self.question, self.code


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all answers together come to."""

    outcome: Outcome
    care: Care
    findings: Sequence[Finding]

    @property
    def open_touches(self) -> frozenset[Touch]:
        """The kinds of touch that no answer closes."""
        return open_touches(finding.closes for finding in self.findings)

    @property
    def asks_a_doctor(self) -> bool:
        """Whether a note for the doctor would help."""
        return any(f.doctor or _for_the_doctor(f) for f in self.findings)

    def blocking(self) -> list[Finding]:
        """The findings for which nothing is booked."""
        return [finding for finding in self.findings if finding.outcome.blocks]


def _for_the_doctor(finding: Finding) -> bool:
    return finding.outcome == Outcome.DOCTOR and finding.care != Care.CALL


def judge(version: Version, sheet: Sheet) -> Judgement:
    """The outcome of a sheet. Raises KeyError or StopIteration for answers not of the version."""
    findings = [finding for question in version.questions for finding in _findings(question, sheet)]
    outcome = worst(finding.outcome for finding in findings)
    care = most_pressing(finding.care for finding in findings if finding.outcome == outcome)
    return Judgement(outcome, care, findings)


def _findings(question: Question, sheet: Sheet) -> list[Finding]:
    words = sheet.words.get(question.id, "").strip()
    codes = sheet.picked.get(question.id, ())
    if question.mode == Mode.TEXT:
        codes = [answer.code for answer in question.answers] if words else []
    chosen = [answer for answer in question.answers if answer.code in set(codes)]
    return [
        Finding(
            question=question.id,
            code=answer.code,
            outcome=answer.outcome,
            care=answer.care or (Care.DOCTOR if answer.outcome == Outcome.DOCTOR else Care.NONE),
            closes=answer.closes,
            answer=answer.text or question.text_ask,
            adapt=answer.adapt,
            words=words,
            doctor=answer.doctor,
        )
        for answer in chosen
    ]


def is_crisis(version: Version, sheet: Sheet) -> bool:
    """Whether somebody says that they cannot go on. Such an answer is never kept."""
    picked = sheet.keys()
    return any(
        answer.crisis and (question.id, answer.code) in picked
        for question, answer in version.answers()
    )


def lifted(judgement: Judgement, covered: frozenset[AnswerKey], *, only_gentle: bool) -> Judgement:
    """The judgement once a doctor's word covers some DOCTOR findings: these become ADAPT.

    A STOP is not lifted by anybody's word.
    """
    closes = Closes.FIRM if only_gentle else Closes.NOTHING
    findings = [
        _adapted(finding, closes)
        if finding.outcome == Outcome.DOCTOR and finding.key in covered
        else finding
        for finding in judgement.findings
    ]
    outcome = worst(finding.outcome for finding in findings)
    care = most_pressing(finding.care for finding in findings if finding.outcome == outcome)
    return Judgement(outcome, care, findings)


def _adapted(finding: Finding, closes: Closes) -> Finding:
    return Finding(
        question=finding.question,
        code=finding.code,
        outcome=Outcome.ADAPT,
        care=Care.NONE,
        closes=finding.closes or closes,
        answer=finding.answer,
        adapt=finding.adapt,
        words=finding.words,
    )


def changes(before: Judgement, after: Judgement) -> tuple[list[Finding], list[Finding]]:
    """What is new since, in answer or in words, and what is no longer so."""
    said = {(finding.key, finding.words) for finding in before.findings}
    still = {finding.key for finding in after.findings}
    return (
        [finding for finding in after.findings if (finding.key, finding.words) not in said],
        [finding for finding in before.findings if finding.key not in still],
    )
