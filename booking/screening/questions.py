"""A version of the questions, read from its file.

Whatever is wrong in a file is told when it is read, with the place: a mistake here must never
wait for a patient.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from booking.screening.outcomes import CareAdvice, Outcome, TreatmentRestriction

AnswerKey = tuple[str, str]
"""Question and answer."""


class QuestionType(StrEnum):
    """How a question is answered: each answer is a line of the list to tick; or one line opens a
    choice of one, or of many; or it is words only."""

    TICKS = "ticks"
    ONE = "one"
    MANY = "many"
    TEXT = "text"


class InvalidQuestionnaire(ValueError):  # it reads as the sentence it is
    """A file of questions that cannot be used."""


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One answer and what it means."""

    code: str
    text: str
    outcome: Outcome
    care: CareAdvice = CareAdvice.NONE
    closes: TreatmentRestriction = TreatmentRestriction.NOTHING
    message: str = ""
    adapt: str = ""
    doctor: bool = False
    crisis: bool = False


@dataclass(frozen=True, slots=True)
class HealthQuestion:
    """A question with its answers. `lead` is its line in the list, where it opens a choice; `ask`
    is how it is read out."""

    id: str
    group: str
    mode: QuestionType
    answers: Sequence[AnswerOption]
    lead: str = ""
    follow: str = ""
    heading: str = ""
    ask: str = ""
    text_ask: str = ""
    help: str = ""
    first_time: bool = False

    def answer(self, code: str) -> AnswerOption:
        return next(answer for answer in self.answers if answer.code == code)


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions under one heading. `short`: asked at every visit. `optional`: not meant by "none
    of these"."""

    id: str
    heading: str
    short: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions as they were signed. `digest` is of the file, letter by letter."""

    code: str
    digest: str
    consent: str
    not_a_diagnosis: str
    groups: Sequence[QuestionGroup]
    questions: Sequence[HealthQuestion]
    messages: Mapping[str, str]
    countries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def questions_in_group(self, group: QuestionGroup) -> list[HealthQuestion]:
        return [question for question in self.questions if question.group == group.id]

    def question(self, id_: str) -> HealthQuestion:
        return next(question for question in self.questions if question.id == id_)

    def short_questions(self) -> list[HealthQuestion]:
        """The six of every visit."""
        short = {group.id for group in self.groups if group.short}
        return [one for one in self.questions if one.group in short and not one.first_time]

    def answers(self) -> Iterator[tuple[HealthQuestion, AnswerOption]]:
        for question in self.questions:
            for answer in question.answers:
                yield question, answer

    def contacts(self, country: str) -> Mapping[str, str]:
        """Whom to call there: emergency, urgent, crisis, and numbers to dial."""
        return self.countries.get(country) or self.countries["default"]

    def said(self, answer: AnswerOption, country: str) -> str:
        """What the patient reads beside the answer; empty where there is nothing to say."""
        usual = answer.care or (CareAdvice.DOCTOR if answer.outcome == Outcome.DOCTOR else "")
        text = answer.message or self.messages.get(usual, "")
        return fill_placeholders(text, self.contacts(country))


def fill_placeholders(text: str, contacts: Mapping[str, str]) -> str:
    """Put the country's numbers in their places."""
    for name, words in contacts.items():
        text = text.replace("{" + name + "}", words)
    return text


def parse_questionnaire(data: Mapping[str, Any], *, digest: str) -> Questionnaire:
    """Build a version from parsed TOML. Raises InvalidQuestionnaire with what is wrong."""
    try:
        version = Questionnaire(
            code=data["code"],
            digest=digest,
            consent=data["consent"],
            not_a_diagnosis=data["not_a_diagnosis"],
            groups=[QuestionGroup(**group) for group in data["groups"]],
            questions=[_question(one) for one in data["questions"]],
            messages=data["messages"],
            countries=data["countries"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidQuestionnaire(f"{data.get('code', 'a version')}: {error}") from error
    _check(version)
    return version


def _question(data: Mapping[str, Any]) -> HealthQuestion:
    answers = [_answer(answer, data["id"]) for answer in data["answers"]]
    rest = {name: value for name, value in data.items() if name not in ("answers", "mode")}
    return HealthQuestion(mode=QuestionType(data["mode"]), answers=answers, **rest)


def _answer(data: Mapping[str, Any], question: str) -> AnswerOption:
    rest = {k: v for k, v in data.items() if k not in ("outcome", "care", "closes")}
    outcome = Outcome(data["outcome"])
    care = CareAdvice(data.get("care", ""))
    if outcome == Outcome.STOP and care not in (
        CareAdvice.WAIT,
        CareAdvice.URGENT,
        CareAdvice.EMERGENCY,
    ):
        raise ValueError(f"{question}/{data['code']} must say where to turn")
    return AnswerOption(
        outcome=outcome, care=care, closes=TreatmentRestriction(data.get("closes", "")), **rest
    )


def _check(version: Questionnaire) -> None:
    groups = {group.id for group in version.groups}
    ids = [question.id for question in version.questions]
    if len(set(ids)) != len(ids):
        raise InvalidQuestionnaire(f"{version.code}: a question is there twice")
    for question in version.questions:
        codes = [answer.code for answer in question.answers]
        if question.group not in groups:
            raise InvalidQuestionnaire(f"{version.code}: {question.id} is in no group")
        if len(set(codes)) != len(codes):
            raise InvalidQuestionnaire(f"{version.code}: {question.id} has an answer twice")
        if question.mode in (QuestionType.ONE, QuestionType.MANY) and not (
            question.lead and question.follow
        ):
            raise InvalidQuestionnaire(
                f"{version.code}: {question.id} needs a line and a question after it"
            )
