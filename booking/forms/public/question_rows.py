"""The rows of the health questions, for their template."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from booking.screening.outcomes import CareAdvice, Outcome
from booking.screening.questions import AnswerOption, HealthQuestion, QuestionGroup, QuestionType

if TYPE_CHECKING:
    from booking.forms.public.health_questions import HealthQuestionsForm

NOTICE_STYLES = {Outcome.STOP: "stop", Outcome.DOCTOR: "care"}


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """An answer to tick, and the advice that is shown when it is."""

    name: str
    value: str
    id: str
    text: str
    checked: bool
    said: str
    kind: str
    crisis: bool = False


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A line of the list. Ticking it opens its `choices`, of input type `type`."""

    tick: AnswerChoice | None
    heading: str = ""
    type: str = "checkbox"
    follow: str = ""
    choices: Sequence[AnswerChoice] = ()
    errors: Sequence[str] = ()
    free_text_name: str = ""
    text_ask: str = ""
    text_help: str = ""
    free_text_value: str = ""
    free_text_errors: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        """Whether the choices are open when the page is loaded."""
        ticked = self.tick is not None and self.tick.checked
        return ticked or any(choice.checked for choice in self.choices) or bool(self.errors)


@dataclass(frozen=True, slots=True)
class QuestionSection:
    """A group of questions with its lines."""

    group: QuestionGroup
    lines: Sequence[QuestionLine] = field(default_factory=list)


def build_sections(
    form: "HealthQuestionsForm", groups: Sequence[QuestionGroup]
) -> list[QuestionSection]:
    """Return the groups in order, each with the lines of its questions."""
    questions = form.questions()
    return [
        QuestionSection(
            group,
            [
                line
                for question in questions
                if question.group == group.id
                for line in _question_lines(form, question)
            ],
        )
        for group in groups
    ]


def _question_lines(form: "HealthQuestionsForm", question: HealthQuestion) -> list[QuestionLine]:
    if question.mode == QuestionType.CHECKBOXES:
        ticks = [_answer_choice(form, question, answer, question.id) for answer in question.answers]
        headings = [question.heading, *[""] * (len(ticks) - 1)]
        return [
            QuestionLine(tick, heading=heading)
            for tick, heading in zip(ticks, headings, strict=True)
        ]
    free_text = _free_text(form, question)
    if question.mode == QuestionType.FREE_TEXT:
        return [QuestionLine(None, **free_text)]
    value = form[question.id].value()
    lead = AnswerChoice(question.id, "on", f"id_{question.id}", question.lead, bool(value), "", "")
    more = f"{question.id}-more"
    return [
        QuestionLine(
            lead,
            type="radio" if question.mode == QuestionType.SINGLE_CHOICE else "checkbox",
            follow=question.follow,
            choices=[_answer_choice(form, question, answer, more) for answer in question.answers],
            errors=[str(error) for error in form.errors.get(more, ())],
            **free_text,
        )
    ]


def _answer_choice(
    form: "HealthQuestionsForm", question: HealthQuestion, answer: AnswerOption, name: str
) -> AnswerChoice:
    chosen = form[name].value() or []
    return AnswerChoice(
        name=name,
        value=answer.code,
        id=f"id_{name}_{answer.code}",
        text=answer.text,
        checked=answer.code in chosen,
        said=form.version.advice_for(answer, form.country),
        kind=_notice_style(answer),
        crisis=answer.crisis,
    )


def _notice_style(answer: AnswerOption) -> str:
    if answer.crisis or answer.care == CareAdvice.WAIT:
        return "care"
    return NOTICE_STYLES.get(answer.outcome, "info")


def _free_text(form: "HealthQuestionsForm", question: HealthQuestion) -> dict[str, Any]:
    if not question.text_ask:
        return {}
    name = f"{question.id}-text"
    return {
        "free_text_name": name,
        "text_ask": question.text_ask,
        "text_help": question.help,
        "free_text_value": form[name].value() or "",
        "free_text_errors": [str(error) for error in form.errors.get(name, ())],
    }
