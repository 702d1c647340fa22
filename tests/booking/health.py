"""Answering the questions before a massage, as tests do it."""

from typing import Any

from booking.actions.actor import Actor
from booking.actions.health.submit_answers import Answered, answer_questions
from booking.models import Appointment
from booking.screening.questionnaires import newest_version
from booking.screening.records import Given, Wishes
from booking.screening.rules import Sheet

NOBODY_SAID_NO = Sheet()
GUEST = Actor.guest()


def sheet(*answers: str, **words: str) -> Sheet:
    """`sheet("q9/thinner", q15="left arm")`."""
    picked: dict[str, list[str]] = {}
    for answer in answers:
        question, code = answer.split("/")
        picked.setdefault(question, []).append(code)
    return Sheet(picked, words)


def answer(hold: Appointment, *answers: str, wishes: Wishes | None = None) -> Answered:
    """What the patient's form does; without answers, "none of these"."""
    given = Given(newest_version().digest, sheet(*answers), wishes or Wishes())
    return answer_questions(hold, given, by=GUEST)


def all_no(**more: Any) -> dict[str, Any]:
    """The form of somebody healthy."""
    return {"version": newest_version().digest, "none": "on", "consent": "on", "asked": "1", **more}
