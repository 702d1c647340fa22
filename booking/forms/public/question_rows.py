"""The rows of the health questions, for their template."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.forms import BoundField

from booking.queries.health.answer_summary import URGENT_HEADING, group_heading
from booking.screening.questions import HealthQuestion, QuestionGroup, QuestionType

if TYPE_CHECKING:
    from booking.forms.public.health_questions import HealthQuestionsForm


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """The fields of a question.

    Ticking `lead` opens `answers` and `free_text`. Without `lead` they are always open.
    """

    lead: BoundField | None
    answers: BoundField | None
    free_text: BoundField | None

    @property
    def is_open(self) -> bool:
        """Whether the answers are open when the page is loaded."""
        fields = [bound for bound in (self.lead, self.answers) if bound is not None]
        return any(bound.value() or bound.errors for bound in fields)


@dataclass(frozen=True, slots=True)
class QuestionSection:
    """A group of questions with its rows, or the part of it that is about emergencies.

    `asks_about` is what the questions are about, for a page that opens them on demand.
    """

    group: QuestionGroup
    heading: str
    rows: Sequence[QuestionRow] = field(default_factory=list)
    asks_about: Sequence[str] = ()
    needs_help_now: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something is answered or wrong, so that it is to be seen."""
        return any(row.is_open for row in self.rows)


def build_sections(form: "HealthQuestionsForm") -> Iterator[QuestionSection]:
    """Yield the groups in order, each with the rows of its questions.

    What needs medical help today stands first, as a section of its own.
    """
    for part in form.version.parts(form.groups(), form.questions()):
        heading = group_heading(part.group, for_patient=not form.answer_for)
        yield QuestionSection(
            part.group,
            str(URGENT_HEADING) if part.needs_help_now else heading,
            [_row(form, question) for question in part.questions],
            part.asks_about,
            part.needs_help_now,
        )


def _row(form: "HealthQuestionsForm", question: HealthQuestion) -> QuestionRow:
    free_text = form[f"{question.id}-text"] if question.text_ask else None
    if question.mode == QuestionType.FREE_TEXT:
        return QuestionRow(None, None, free_text)
    if question.mode == QuestionType.CHECKBOXES:
        return QuestionRow(None, form[question.id], free_text)
    return QuestionRow(form[question.id], form[f"{question.id}-more"], free_text)
