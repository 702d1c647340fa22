"""Health answers to read: what was answered with yes, and by group what was answered with no."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from booking.screening.questionnaires import find_questionnaire, newest_questionnaire
from booking.screening.questions import QuestionGroup, Questionnaire, QuestionPart, QuestionType
from booking.screening.records import ScreeningRecord
from booking.screening.rules import AnswerSet, ScreeningFinding

HEADINGS_FOR_OTHERS = {"body": _("The body")}
"""What a reader who is not the patient sees instead of headings with "your", by id of the group."""
URGENT_HEADING = _("Is any of this happening right now?")
URGENT_HEADING_OF_ANSWERS = _("Emergencies")


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer other than "no".

    `subject` is what was asked, empty if the answer says it itself: "I am not sure" does not.
    """

    subject: str
    answer: str
    free_text: str

    def __str__(self) -> str:
        """The answer in one line, without the patient's own words."""
        return f"{self.subject}: {self.answer}" if self.subject else self.answer


@dataclass(frozen=True, slots=True)
class DeniedGroup:
    """The questions of a group that were answered with no.

    `asks_about`: what they are about. `is_whole`: nothing in the group was answered otherwise.
    """

    heading: str
    asks_about: Sequence[str]
    is_whole: bool


def group_heading(group: QuestionGroup, *, for_patient: bool) -> str:
    """Return the heading of a group; without "your" for readers other than the patient."""
    if not for_patient and group.id in HEADINGS_FOR_OTHERS:
        return str(HEADINGS_FOR_OTHERS[group.id])
    return group.heading


def describe_findings(findings: Iterable[ScreeningFinding], version: str) -> list[GivenAnswer]:
    """Return the answers with what was asked, by the questions of a version, given by its code."""
    questions = {question.id: question for question in _questionnaire(version).questions}
    given = []
    for finding in findings:
        question = questions.get(finding.question)
        subject = (question.lead or question.heading) if question is not None else ""
        subject = "" if subject == finding.answer else subject
        given.append(GivenAnswer(subject, finding.answer, finding.free_text))
    return given


def denied_groups(
    record: ScreeningRecord, *, for_patient: bool, lasting: bool = False
) -> list[DeniedGroup]:
    """Return by group what was answered with no.

    Optional groups are left out, since "none of these" does not mean them. `lasting`: also those
    that are asked at every visit.
    """
    version = find_questionnaire(record.version)
    if version is None:
        return []
    groups = [
        group for group in version.groups if not group.optional and not (lasting and group.short)
    ]
    parts = version.parts(groups, version.questions)
    denied = [_denied(part, record.answer_set, for_patient=for_patient) for part in parts]
    return [group for group in denied if group.asks_about]


def _denied(part: QuestionPart, given: AnswerSet, *, for_patient: bool) -> DeniedGroup:
    asked = [question for question in part.questions if question.mode != QuestionType.FREE_TEXT]
    denied = [question for question in asked if not given.chosen_codes.get(question.id)]
    heading = (
        str(URGENT_HEADING_OF_ANSWERS)
        if part.needs_help_now
        else group_heading(part.group, for_patient=for_patient)
    )
    return DeniedGroup(
        heading,
        [words for question in denied for words in question.asks_about],
        is_whole=len(denied) == len(asked),
    )


def _questionnaire(version: str) -> Questionnaire:
    return find_questionnaire(version) or newest_questionnaire()
