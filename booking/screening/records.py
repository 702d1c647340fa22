"""What is sealed into a row, and read out of it again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from booking.screening.outcomes import CareAdvice, Outcome, TreatmentRestriction
from booking.screening.questions import AnswerKey
from booking.screening.rules import AnswerSet, ScreeningFinding, ScreeningResult

PRESSURE_PREFERENCES = ("", "light", "medium", "firm")


@dataclass(frozen=True, slots=True)
class SessionPreferences:
    """How somebody would like their massage. `avoid` are places, in their own words."""

    pressure: str = ""
    avoid: str = ""
    comforts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ScreeningRecord:
    """Answers, what they come to, and wishes, for one appointment (its random identifier)."""

    appointment: str
    version: str
    answer_set: AnswerSet
    screening_result: ScreeningResult
    wishes: SessionPreferences = SessionPreferences()

    def to_json(self) -> str:
        return json.dumps(
            {
                "appointment": self.appointment,
                "version": self.version,
                "sheet": self.answer_set.as_dict(),
                "outcome": self.screening_result.outcome,
                "care": self.screening_result.care,
                "findings": [asdict(finding) for finding in self.screening_result.findings],
                "wishes": asdict(self.wishes),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "ScreeningRecord":
        data: dict[str, Any] = json.loads(text)
        findings = [_finding(finding) for finding in data["findings"]]
        wishes = data["wishes"]
        return cls(
            appointment=data["appointment"],
            version=data["version"],
            answer_set=AnswerSet.from_dict(data["sheet"]),
            screening_result=ScreeningResult(
                Outcome(data["outcome"]), CareAdvice(data["care"]), findings
            ),
            wishes=SessionPreferences(
                wishes["pressure"], wishes["avoid"], tuple(wishes["comforts"])
            ),
        )

    def moved_to(self, appointment: str) -> "ScreeningRecord":
        """The same for another appointment."""
        return replace(self, appointment=appointment)


@dataclass(frozen=True, slots=True)
class SubmittedAnswers:
    """What a form says: answers and wishes, under a version named by its digest."""

    digest: str
    answer_set: AnswerSet
    wishes: SessionPreferences = SessionPreferences()


@dataclass(frozen=True, slots=True)
class ClearanceDetails:
    """Which findings a doctor's word covers, who gave it, and within which limits."""

    doctor: str
    limits: str
    only_gentle: bool
    covers: frozenset[AnswerKey]

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"covers": sorted(self.covers)})

    @classmethod
    def from_json(cls, text: str) -> "ClearanceDetails":
        data: dict[str, Any] = json.loads(text)
        covers = frozenset((question, code) for question, code in data["covers"])
        return cls(data["doctor"], data["limits"], data["only_gentle"], covers)


def _finding(data: dict[str, Any]) -> ScreeningFinding:
    known = {
        "outcome": Outcome(data["outcome"]),
        "care": CareAdvice(data["care"]),
        "closes": TreatmentRestriction(data["closes"]),
    }
    return ScreeningFinding(**(data | known))
