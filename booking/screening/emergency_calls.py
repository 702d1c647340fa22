"""The numbers to call when an answer or a text says that somebody needs help."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.screening.outcomes import CareAdvice
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.questions import AnswerOption

PHONE_NUMBER = re.compile(r"\d[\d ]+\d")


@dataclass(frozen=True, slots=True)
class CallableNumber:
    """A phone number, as shown and as dialed."""

    text: str

    @property
    def url(self) -> str:
        """The tel: URL of the number."""
        return f"tel:{self.text.replace(' ', '')}"


@dataclass(frozen=True, slots=True)
class EmergencyCalls:
    """Whom to call in a country: `emergency` in danger, `urgent` today, `crisis` in despair."""

    emergency: Sequence[CallableNumber]
    urgent: Sequence[CallableNumber]
    crisis: Sequence[CallableNumber]
    crisis_text: str

    def for_care(self, care: CareAdvice) -> Sequence[CallableNumber]:
        """Return the numbers to show with an advice, the most important first."""
        if care == CareAdvice.EMERGENCY:
            return self.emergency
        return [*self.urgent, *self.emergency] if care == CareAdvice.URGENT else []

    def for_answer(self, answer: AnswerOption) -> Sequence[CallableNumber]:
        """Return the numbers to show with the advice beside an answer."""
        return [*self.crisis, *self.emergency] if answer.crisis else self.for_care(answer.care)


def emergency_calls(contacts: Mapping[str, str]) -> EmergencyCalls:
    """Return the numbers from a questionnaire's contacts of one country."""
    return EmergencyCalls(
        emergency=_numbers(contacts["emergency"]),
        urgent=_numbers(contacts["urgent"]),
        crisis=_numbers(contacts["crisis"]),
        crisis_text=contacts["crisis"],
    )


def emergency_calls_of(country: str) -> EmergencyCalls:
    """Return the numbers of a country (ISO 3166 code), or those for unknown countries."""
    return emergency_calls(newest_questionnaire().emergency_contacts(country))


def _numbers(text: str) -> list[CallableNumber]:
    return [CallableNumber(found) for found in PHONE_NUMBER.findall(text)]
