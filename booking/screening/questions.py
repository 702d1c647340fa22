"""A version of the health questions, parsed from its TOML file.

A mistake in a file raises InvalidQuestionnaire when the file is read, not when a patient answers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from booking.screening.outcomes import CareAdvice, Outcome, TreatmentRestriction

AnswerKey = tuple[str, str]
"""The id of a question and the code of one of its answers."""


class QuestionType(StrEnum):
    """How a question is answered.

    CHECKBOXES: each answer has a checkbox. SINGLE_CHOICE and MULTIPLE_CHOICE: one checkbox, which
    opens a choice of one or several answers. FREE_TEXT: the patient's own words.
    """

    CHECKBOXES = "ticks"
    SINGLE_CHOICE = "one"
    MULTIPLE_CHOICE = "many"
    FREE_TEXT = "text"


class InvalidQuestionnaire(ValueError):  # it reads as the sentence it is
    """A questionnaire file that cannot be used; says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One answer to a question and what follows from it.

    `message` is what the patient reads beside it, `danger` what it could be, for a heading,
    `therapist_note` what the therapist is told.
    `doctor`: a note for the doctor is offered. `crisis`: somebody needs help now.
    """

    code: str
    text: str
    outcome: Outcome
    care: CareAdvice = CareAdvice.NONE
    restriction: TreatmentRestriction = TreatmentRestriction.NOTHING
    message: str = ""
    danger: str = ""
    therapist_note: str = ""
    doctor: bool = False
    crisis: bool = False


@dataclass(frozen=True, slots=True)
class HealthQuestion:
    """A question with its answers.

    `lead` is its line in the list if it opens a choice, `follow` the question above that choice,
    `ask` how staff read it out, `text_ask` the label of its text field. `first_time`: not asked
    again at later visits. `brief`: its words while its group is closed, if others than `asks_about`
    finds.
    """

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
    brief: Sequence[str] = ()

    @property
    def needs_help_now(self) -> bool:
        """Whether each of its answers means that somebody needs medical help today."""
        urgent = (CareAdvice.EMERGENCY, CareAdvice.URGENT)
        return all(
            answer.outcome == Outcome.STOP and answer.care in urgent for answer in self.answers
        )

    @property
    def asks_about(self) -> Sequence[str]:
        """What it asks about, for a group that is closed: all that can be answered "yes"."""
        if self.brief or self.lead:
            return self.brief or [self.lead]
        texts = [answer.text for answer in self.answers]
        return [f"{self.heading}: {'; '.join(texts)}"] if self.heading else texts

    def answer(self, code: str) -> AnswerOption:
        """Return the answer with this code. Raises StopIteration if there is none."""
        return next(answer for answer in self.answers if answer.code == code)


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions under one heading.

    `short`: asked at every visit. `optional`: not included in "none of these".
    """

    id: str
    heading: str
    short: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """Questions that stand together: those of a group about emergencies, or its others."""

    group: QuestionGroup
    questions: Sequence[HealthQuestion]
    needs_help_now: bool = False

    @property
    def asks_about(self) -> Sequence[str]:
        """What the questions are about."""
        return [words for question in self.questions for words in question.asks_about]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of the questions. `digest` is the SHA-256 of its file, which clinicians sign."""

    code: str
    digest: str
    consent: str
    not_a_diagnosis: str
    groups: Sequence[QuestionGroup]
    questions: Sequence[HealthQuestion]
    messages: Mapping[str, str]
    countries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @staticmethod
    def parts(
        groups: Iterable[QuestionGroup], questions: Iterable[HealthQuestion]
    ) -> Iterator[QuestionPart]:
        """Yield the parts of groups in order; what needs medical help today comes first."""
        asked = list(questions)
        for group in groups:
            for needs_help_now in (True, False):
                of_part = [
                    question
                    for question in asked
                    if question.group == group.id and question.needs_help_now == needs_help_now
                ]
                if of_part:
                    yield QuestionPart(group, of_part, needs_help_now)

    def questions_in_group(self, group: QuestionGroup) -> list[HealthQuestion]:
        """Return the questions of a group, in their order."""
        return [question for question in self.questions if question.group == group.id]

    def question(self, id_: str) -> HealthQuestion:
        """Return the question with this id. Raises StopIteration if there is none."""
        return next(question for question in self.questions if question.id == id_)

    def short_questions(self) -> list[HealthQuestion]:
        """Return the six questions that are asked at every visit."""
        short = {group.id for group in self.groups if group.short}
        return [
            question
            for question in self.questions
            if question.group in short and not question.first_time
        ]

    def answers(self) -> Iterator[tuple[HealthQuestion, AnswerOption]]:
        """Iterate over all answers, each with its question."""
        for question in self.questions:
            for answer in question.answers:
                yield question, answer

    def emergency_contacts(self, country: str) -> Mapping[str, str]:
        """Return the phone numbers of a country by name: emergency, urgent, crisis.

        `country` is an ISO 3166 code; for unknown countries the file has a default.
        """
        return self.countries.get(country) or self.countries["default"]

    def advice_for(self, answer: AnswerOption, country: str) -> str:
        """Return what the patient reads beside the answer, or an empty string."""
        care = answer.care or (CareAdvice.DOCTOR if answer.outcome == Outcome.DOCTOR else "")
        text = answer.message or self.messages.get(care, "")
        return fill_placeholders(text, self.emergency_contacts(country))


def fill_placeholders(text: str, contacts: Mapping[str, str]) -> str:
    """Replace each `{name}` in the text with the contact of that name."""
    for name, contact in contacts.items():
        text = text.replace("{" + name + "}", contact)
    return text


def parse_questionnaire(data: Mapping[str, Any], *, digest: str) -> Questionnaire:
    """Build a version from parsed TOML. Raises InvalidQuestionnaire."""
    try:
        version = Questionnaire(
            code=data["code"],
            digest=digest,
            consent=data["consent"],
            not_a_diagnosis=data["not_a_diagnosis"],
            groups=[QuestionGroup(**group) for group in data["groups"]],
            questions=[_question(question) for question in data["questions"]],
            messages=data["messages"],
            countries=data["countries"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidQuestionnaire(f"{data.get('code', 'a version')}: {error}") from error
    _check(version)
    return version


def _question(data: Mapping[str, Any]) -> HealthQuestion:
    answers = [_answer(answer, data["id"]) for answer in data["answers"]]
    details = {name: value for name, value in data.items() if name not in ("answers", "mode")}
    return HealthQuestion(mode=QuestionType(data["mode"]), answers=answers, **details)


def _answer(data: Mapping[str, Any], question: str) -> AnswerOption:
    parsed = ("outcome", "care", "closes", "adapt")
    details = {name: value for name, value in data.items() if name not in parsed}
    outcome = Outcome(data["outcome"])
    care = CareAdvice(data.get("care", ""))
    if outcome == Outcome.STOP and care not in (
        CareAdvice.WAIT,
        CareAdvice.URGENT,
        CareAdvice.EMERGENCY,
    ):
        raise ValueError(f"{question}/{data['code']} must say where to turn")
    return AnswerOption(
        outcome=outcome,
        care=care,
        restriction=TreatmentRestriction(data.get("closes", "")),
        therapist_note=data.get("adapt", ""),
        **details,
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
        if question.mode in (QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE) and not (
            question.lead and question.follow
        ):
            raise InvalidQuestionnaire(
                f"{version.code}: {question.id} needs a line and a question after it"
            )
