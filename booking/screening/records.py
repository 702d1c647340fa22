"""The JSON that is encrypted in rows of screenings and clearances.

The keys of the JSON are those of the first version and stay: rows on file must remain readable.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from booking.screening.outcomes import CareAdvice, Outcome
from booking.screening.questions import AnswerKey
from booking.screening.rules import AnswerSet, ScreeningFinding, ScreeningResult

PRESSURE_PREFERENCES = ("", "light", "medium", "firm")


@dataclass(frozen=True, slots=True)
class SessionPreferences:
    """How a patient would like the massage.

    `preferred_pressure` is one of PRESSURE_PREFERENCES, `areas_to_avoid` the patient's own words,
    `accommodations` are values of booking.models.Accommodation.
    """

    preferred_pressure: str = ""
    areas_to_avoid: str = ""
    accommodations: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that is stored."""
        return {
            "pressure": self.preferred_pressure,
            "avoid": self.areas_to_avoid,
            "comforts": list(self.accommodations),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "SessionPreferences":
        """Read what `as_dict` wrote."""
        return cls(data["pressure"], data["avoid"], tuple(data["comforts"]))


@dataclass(frozen=True, slots=True)
class ScreeningRecord:
    """Answers, their result and the patient's preferences, for one appointment.

    `appointment` is its public id, `version` the code of the questionnaire.
    """

    appointment: str
    version: str
    answer_set: AnswerSet
    screening_result: ScreeningResult
    preferences: SessionPreferences = SessionPreferences()

    def to_json(self) -> str:
        """Return the text that is encrypted in the row."""
        return json.dumps(
            {
                "appointment": self.appointment,
                "version": self.version,
                "sheet": self.answer_set.as_dict(),
                "outcome": self.screening_result.outcome,
                "care": self.screening_result.care,
                "findings": [finding.as_dict() for finding in self.screening_result.findings],
                "wishes": self.preferences.as_dict(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "ScreeningRecord":
        """Read what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        findings = [ScreeningFinding.from_dict(finding) for finding in data["findings"]]
        return cls(
            appointment=data["appointment"],
            version=data["version"],
            answer_set=AnswerSet.from_dict(data["sheet"]),
            screening_result=ScreeningResult(
                Outcome(data["outcome"]), CareAdvice(data["care"]), findings
            ),
            preferences=SessionPreferences.from_dict(data["wishes"]),
        )

    def for_appointment(self, appointment: str) -> "ScreeningRecord":
        """Return the same record for another appointment, given by its public id."""
        return replace(self, appointment=appointment)


@dataclass(frozen=True, slots=True)
class SubmittedAnswers:
    """What a form submits: answers and preferences, and the digest of the questions it showed.

    `guardian_agrees`: the guardian of a minor, who answers, has ticked the consent on the page.
    """

    digest: str
    answer_set: AnswerSet
    preferences: SessionPreferences = SessionPreferences()
    guardian_agrees: bool = False


@dataclass(frozen=True, slots=True)
class ClearanceDetails:
    """What a doctor has agreed to: which answers it covers, and within which limits."""

    doctor: str
    limits: str
    gentle_only: bool
    covered_answers: frozenset[AnswerKey]

    def to_json(self) -> str:
        """Return the text that is encrypted in the row."""
        return json.dumps(
            {
                "doctor": self.doctor,
                "limits": self.limits,
                "only_gentle": self.gentle_only,
                "covers": sorted(self.covered_answers),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "ClearanceDetails":
        """Read what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        covered_answers = frozenset((question, code) for question, code in data["covers"])
        return cls(data["doctor"], data["limits"], data["only_gentle"], covered_answers)
