"""The fields of the health questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.queries.health.accommodations import OfferedAccommodation
from booking.screening.emergency_calls import CallableNumber, emergency_calls
from booking.screening.outcomes import CareAdvice, Outcome
from booking.screening.questions import AnswerOption, HealthQuestion, Questionnaire, QuestionType
from booking.screening.records import PRESSURE_PREFERENCES
from clinic.lib.choice_widgets import CheckboxesByValue, RadiosByValue
from clinic.lib.form_fields import MultilineField

FREE_TEXT_MAX_LENGTH = 300
NOTICE_STYLES = {Outcome.STOP: "stop", Outcome.DOCTOR: "care"}
PRESSURE_LABELS = {
    "": _("No preference"),
    "light": _("Light"),
    "medium": _("Medium"),
    "firm": _("Firm"),
}
UNKNOWN_ANSWER = _("One of the answers is not ours. Please choose again.")


@dataclass(frozen=True, slots=True)
class AnswerLabel:
    """The text of an answer, with the advice that is shown when it is chosen.

    `style` is the style of the advice, and `calls` are the numbers to call.
    """

    text: str
    advice: str
    style: str
    calls: Sequence[CallableNumber] = ()

    def __str__(self) -> str:
        return self.text


class FreeTextField(MultilineField):
    """An optional answer in the patient's own words."""

    def __init__(self, label: Any, help_text: str = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=FREE_TEXT_MAX_LENGTH,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"max_length": _("Please use at most %(limit_value)d characters.")},
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return no maxlength: a browser would cut off a pasted text without a word."""
        return {}


class AnswersField(forms.MultipleChoiceField):
    """Any number of the answers of a question, by code."""

    widget: type[forms.Widget] = CheckboxesByValue

    def __init__(self, choices: Sequence[tuple[str, object]], *, label: Any) -> None:
        """The label of a choice is an object that the template of its options knows."""
        super().__init__(
            label=label,
            required=False,
            choices=choices,
            error_messages={"invalid_choice": UNKNOWN_ANSWER, "invalid_list": UNKNOWN_ANSWER},
        )


class _AnswerRadios(RadiosByValue):
    """Radio buttons for a list of codes."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        codes: list[str] = data.getlist(name)
        return codes


class OneAnswerField(AnswersField):
    """Like AnswersField, shown as radio buttons. All codes that are sent count."""

    widget = _AnswerRadios


def answers_field(question: HealthQuestion, version: Questionnaire, country: str) -> AnswersField:
    """Return the field for the answers of a question; `country` selects the emergency numbers."""
    calls = emergency_calls(version.emergency_contacts(country))
    choices = [
        (
            answer.code,
            AnswerLabel(
                answer.text,
                version.advice_for(answer, country),
                _notice_style(answer),
                calls.for_answer(answer),
            ),
        )
        for answer in question.answers
    ]
    if question.mode == QuestionType.SINGLE_CHOICE:
        return OneAnswerField(choices, label=question.follow)
    return AnswersField(choices, label=question.follow or question.heading)


def accommodation_field(offered: Sequence[OfferedAccommodation]) -> AnswersField:
    """Return the field for what would help the patient, of what the clinic offers."""
    choices = [(choice.accommodation.value, choice) for choice in offered]
    return AnswersField(choices, label=_("What would help you?"))


def pressure_field() -> forms.ChoiceField:
    """Return the field for the pressure that the patient prefers."""
    choices = [(value, PRESSURE_LABELS[value]) for value in PRESSURE_PREFERENCES]
    return forms.ChoiceField(label=_("Pressure"), required=False, choices=choices)


def _notice_style(answer: AnswerOption) -> str:
    if answer.crisis or answer.care == CareAdvice.WAIT:
        return "care"
    return NOTICE_STYLES.get(answer.outcome, "info")
