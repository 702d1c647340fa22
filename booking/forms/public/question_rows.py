"""The lines of the questions as a page shows them: what is ticked, what is open, what is said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from booking.screening.outcomes import Care, Outcome
from booking.screening.questions import Answer, Group, Mode, Question

if TYPE_CHECKING:
    from booking.forms.public.health_questions import QuestionsForm

NOTICES = {Outcome.STOP: "stop", Outcome.DOCTOR: "care"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to tick, and what is said when it is."""

    name: str
    value: str
    id: str
    text: str
    checked: bool
    said: str
    kind: str
    crisis: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. With `choices` it opens them; `type` is theirs."""

    tick: Choice | None
    heading: str = ""
    type: str = "checkbox"
    follow: str = ""
    choices: Sequence[Choice] = ()
    errors: Sequence[str] = ()
    text_name: str = ""
    text_ask: str = ""
    text_help: str = ""
    text_value: str = ""
    text_errors: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        """Whether what follows is shown even where a style sheet cannot see that it is ticked."""
        ticked = self.tick is not None and self.tick.checked
        return ticked or any(choice.checked for choice in self.choices) or bool(self.errors)


@dataclass(frozen=True, slots=True)
class Section:
    """A group with its lines."""

    group: Group
    lines: Sequence[Line] = field(default_factory=list)


def sections_of(form: "QuestionsForm", groups: Sequence[Group]) -> list[Section]:
    """Everything in order."""
    asked = form.questions()
    return [
        Section(
            group,
            [
                line
                for question in asked
                if question.group == group.id
                for line in _lines(form, question)
            ],
        )
        for group in groups
    ]


def _lines(form: "QuestionsForm", question: Question) -> list[Line]:
    if question.mode == Mode.TICKS:
        ticks = [_choice(form, question, answer, question.id) for answer in question.answers]
        headings = [question.heading, *[""] * (len(ticks) - 1)]
        return [Line(tick, heading=heading) for tick, heading in zip(ticks, headings, strict=True)]
    words = _words(form, question)
    if question.mode == Mode.TEXT:
        return [Line(None, **words)]
    value = form[question.id].value()
    lead = Choice(question.id, "on", f"id_{question.id}", question.lead, bool(value), "", "")
    more = f"{question.id}-more"
    return [
        Line(
            lead,
            type="radio" if question.mode == Mode.ONE else "checkbox",
            follow=question.follow,
            choices=[_choice(form, question, answer, more) for answer in question.answers],
            errors=[str(error) for error in form.errors.get(more, ())],
            **words,
        )
    ]


def _choice(form: "QuestionsForm", question: Question, answer: Answer, name: str) -> Choice:
    chosen = form[name].value() or []
    return Choice(
        name=name,
        value=answer.code,
        id=f"id_{name}_{answer.code}",
        text=answer.text,
        checked=answer.code in chosen,
        said=form.version.said(answer, form.country),
        kind=_notice(answer),
        crisis=answer.crisis,
    )


def _notice(answer: Answer) -> str:
    if answer.crisis or answer.care == Care.WAIT:
        return "care"
    return NOTICES.get(answer.outcome, "info")


def _words(form: "QuestionsForm", question: Question) -> dict[str, Any]:
    if not question.text_ask:
        return {}
    name = f"{question.id}-text"
    return {
        "text_name": name,
        "text_ask": question.text_ask,
        "text_help": question.help,
        "text_value": form[name].value() or "",
        "text_errors": [str(error) for error in form.errors.get(name, ())],
    }
