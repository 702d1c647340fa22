"""Helpers for answering the health questions."""

from typing import Any

from booking.actions.actor import Actor
from booking.actions.health.submit_answers import SubmissionResult, submit_answers
from booking.models import Appointment
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SessionPreferences, SubmittedAnswers
from booking.screening.rules import AnswerSet

NOBODY_SAID_NO = AnswerSet()
GUEST = Actor.guest()


def answer_set(*answers: str, **words: str) -> AnswerSet:
    """Return a set of answers: `answer_set("q9/thinner", q15="left arm")`."""
    picked: dict[str, list[str]] = {}
    for answer in answers:
        question, code = answer.split("/")
        picked.setdefault(question, []).append(code)
    return AnswerSet(picked, words)


def answer(
    hold: Appointment, *answers: str, preferences: SessionPreferences | None = None
) -> SubmissionResult:
    """Submit the answers for a hold; without answers, "none of these"."""
    given = SubmittedAnswers(
        newest_questionnaire().digest, answer_set(*answers), preferences or SessionPreferences()
    )
    return submit_answers(hold, given, by=GUEST)


def all_no(**more: Any) -> dict[str, Any]:
    """Return the form data of somebody healthy."""
    return {
        "version": newest_questionnaire().digest,
        "none": "on",
        "consent": "on",
        "question_set": "1",
        **more,
    }
