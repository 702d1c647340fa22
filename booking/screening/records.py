"""What is sealed into a row, and read out of it again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from booking.screening.outcomes import Care, Closes, Outcome
from booking.screening.questions import AnswerKey
from booking.screening.rules import Finding, Judgement, Sheet

PRESSURES = ("", "light", "medium", "firm")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody would like their massage. `avoid` are places, in their own words."""

    pressure: str = ""
    avoid: str = ""
    comforts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Answers, what they come to, and wishes, for one appointment (its random identifier)."""

    appointment: str
    version: str
    sheet: Sheet
    judgement: Judgement
    wishes: Wishes = Wishes()

    def to_json(self) -> str:
        return json.dumps(
            {
                "appointment": self.appointment,
                "version": self.version,
                "sheet": self.sheet.as_dict(),
                "outcome": self.judgement.outcome,
                "care": self.judgement.care,
                "findings": [asdict(finding) for finding in self.judgement.findings],
                "wishes": asdict(self.wishes),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Record":
        data: dict[str, Any] = json.loads(text)
        findings = [_finding(finding) for finding in data["findings"]]
        wishes = data["wishes"]
        return cls(
            appointment=data["appointment"],
            version=data["version"],
            sheet=Sheet.from_dict(data["sheet"]),
            judgement=Judgement(Outcome(data["outcome"]), Care(data["care"]), findings),
            wishes=Wishes(wishes["pressure"], wishes["avoid"], tuple(wishes["comforts"])),
        )

    def moved_to(self, appointment: str) -> "Record":
        """The same for another appointment."""
        return replace(self, appointment=appointment)


@dataclass(frozen=True, slots=True)
class Given:
    """What a form says: answers and wishes, under a version named by its digest."""

    digest: str
    sheet: Sheet
    wishes: Wishes = Wishes()


@dataclass(frozen=True, slots=True)
class DoctorsWord:
    """Which findings a doctor's word covers, who gave it, and within which limits."""

    doctor: str
    limits: str
    only_gentle: bool
    covers: frozenset[AnswerKey]

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"covers": sorted(self.covers)})

    @classmethod
    def from_json(cls, text: str) -> "DoctorsWord":
        data: dict[str, Any] = json.loads(text)
        covers = frozenset((question, code) for question, code in data["covers"])
        return cls(data["doctor"], data["limits"], data["only_gentle"], covers)


def _finding(data: dict[str, Any]) -> Finding:
    known = {
        "outcome": Outcome(data["outcome"]),
        "care": Care(data["care"]),
        "closes": Closes(data["closes"]),
    }
    return Finding(**(data | known))
