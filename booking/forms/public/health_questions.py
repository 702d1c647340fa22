"""The form of the health questions: a list of boxes, some of which open further choices.

It works without JavaScript. Contradictions are resolved on the safe side: a checked box counts even
if "none of these" is checked too, and a choice counts even if the box that opens it is not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.forms.public.question_fields import (
    FreeTextField,
    accommodation_field,
    answers_field,
    pressure_field,
)
from booking.forms.public.question_rows import QuestionSection, build_sections
from booking.queries.health.accommodations import OfferedAccommodation
from booking.registries.minors import KnownAge
from booking.screening.questions import HealthQuestion, QuestionGroup, Questionnaire, QuestionType
from booking.screening.records import SessionPreferences, SubmittedAnswers
from booking.screening.rules import UNDER_AGE, AnswerSet

QUESTION_FIELD_PATTERN = re.compile(r"^(q\d+|age)(-more|-text)?$")
OTHER_FIELD_NAMES = frozenset(
    {
        "csrfmiddlewaretoken",
        "version",
        "none",
        "consent",
        "guardian",
        "pressure",
        "avoid",
        "accommodation",
        "question_set",
        "seen",
    }
)


@dataclass(frozen=True, slots=True)
class WhoseAnswers:
    """What is known about the patient whose answers they are.

    A known `age` is not asked, and a guardian is asked to agree if it says so. `answer_for` is the
    name of the patient for whom a proxy answers, or empty.
    """

    age: KnownAge | None = None
    answer_for: str = ""


def consent_words(version: Questionnaire, answer_for: str = "") -> str:
    """Return what is agreed to: the words of the version; for a proxy the same about the patient,
    whose name is `answer_for`."""
    if not answer_for:
        return version.consent
    return gettext(
        "These answers are true as far as I know. I know that this is not a medical check. You "
        "may keep them, encrypted, for the therapist of %(name)s."
    ) % {"name": answer_for}


class HealthQuestionsForm(forms.Form):
    """The questions of a questionnaire.

    `short_set_only` asks only the questions of every visit. `entered_by_staff` leaves out the
    patient's consent. `whose`: for a proxy, and if the age is known.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        version: Questionnaire,
        country: str,
        accommodations: Sequence[OfferedAccommodation] = (),
        short_set_only: bool = False,
        entered_by_staff: bool = False,
        known: Mapping[str, Any] | None = None,
        whose: WhoseAnswers | None = None,
    ) -> None:
        super().__init__(data, initial=dict(known or {}))
        whose = whose or WhoseAnswers()
        self.age, self.answer_for = whose.age, whose.answer_for
        self.version, self.country = version, country
        self.short_set_only, self.entered_by_staff = short_set_only, entered_by_staff
        self.use_required_attribute = False
        self.fields["version"] = forms.CharField(required=False, max_length=64)
        for question in self.questions():
            self._add(question)
        self.fields["none"] = forms.BooleanField(label=_("None of these"), required=False)
        if not entered_by_staff:
            self.fields["consent"] = forms.BooleanField(
                label=self.consent_text,
                error_messages={"required": _("Please agree, so that we may keep your answers.")},
            )
        if self.age is not None and self.age.needs_guardian_consent:
            self.fields["guardian"] = forms.BooleanField(
                label=self.age.consent,
                error_messages={"required": _("Please agree as the parent or guardian.")},
            )
        self.fields["pressure"] = pressure_field()
        self.fields["avoid"] = FreeTextField(_("Places to leave alone"))
        self.fields["accommodation"] = accommodation_field(accommodations)

    @property
    def consent_text(self) -> str:
        """What is agreed to."""
        return consent_words(self.version, self.answer_for)

    def questions(self) -> list[HealthQuestion]:
        """Return the questions that are asked."""
        asked = (
            self.version.short_questions() if self.short_set_only else list(self.version.questions)
        )
        known = UNDER_AGE[0] if self.age is not None else None
        return [question for question in asked if question.id != known]

    def _add(self, question: HealthQuestion) -> None:
        if question.mode == QuestionType.CHECKBOXES:
            self.fields[question.id] = answers_field(question, self.version, self.country)
        elif question.mode != QuestionType.FREE_TEXT:
            self.fields[question.id] = forms.BooleanField(label=question.lead, required=False)
            self.fields[f"{question.id}-more"] = answers_field(question, self.version, self.country)
        if question.text_ask:
            self.fields[f"{question.id}-text"] = FreeTextField(question.text_ask, question.help)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        unknown = [
            name
            for name in self.data
            if name not in OTHER_FIELD_NAMES and not QUESTION_FIELD_PATTERN.match(name)
        ]
        if unknown or self.data.get("version", "") != self.version.digest:
            self.has_unknown_fields = bool(unknown)
            self.is_outdated = not unknown
            return data
        self._need_choices(data)
        consents = {"consent", "guardian"}
        answered = data.get("none") or self._ticked(data) or not self.errors.keys() <= consents
        if not answered:
            self.add_error("none", self._choose_or_none())
        return data

    has_unknown_fields = False
    """Whether the data contains a field that is not of this form."""
    is_outdated = False
    """Whether the data was sent for another version of the questions."""

    @property
    def reports_crisis(self) -> bool:
        """Whether an answer reports a crisis, even if the form is invalid."""
        return any(
            answer.crisis and answer.code in self._sent(question)
            for question in self.questions()
            for answer in question.answers
        )

    def _sent(self, question: HealthQuestion) -> list[str]:
        sent = cast(MultiValueDict[str, str], self.data)
        return [*sent.getlist(question.id), *sent.getlist(f"{question.id}-more")]

    def _need_choices(self, data: Mapping[str, Any]) -> None:
        """Require a choice where the box that opens it is checked."""
        for question in self.questions():
            more = f"{question.id}-more"
            opened = more in self.fields and data.get(question.id)
            if opened and not data.get(more) and more not in self.errors:
                self.add_error(more, _("Please choose what is true."))

    def _choose_or_none(self) -> str:
        """Return what is asked of whoever has checked no box."""
        if not self.answer_for:
            return gettext("Please check the boxes that are true for you, or “None of these”.")
        return gettext("Please check the boxes that are true for %(name)s, or “None of these”.") % {
            "name": self.answer_for
        }

    def _ticked(self, data: Mapping[str, Any]) -> bool:
        """Return whether anything is checked that "none of these" denies."""
        optional = {group.id for group in self.version.groups if group.optional}
        return any(
            data.get(question.id) or data.get(f"{question.id}-more")
            for question in self.questions()
            if question.group not in optional
        )

    @property
    def is_contradictory(self) -> bool:
        """Whether "none of these" is checked together with something."""
        return bool(self.cleaned_data["none"]) and self._ticked(self.cleaned_data)

    def submitted_answers(self) -> SubmittedAnswers:
        """Return the answers and preferences of a valid form."""
        data = self.cleaned_data
        preferences = SessionPreferences(
            data["pressure"], _normalize_line_ends(data["avoid"]), tuple(data["accommodation"])
        )
        return SubmittedAnswers(
            data["version"],
            AnswerSet(dict(self._picked(data)), self._words(data)),
            preferences,
            guardian_agrees=bool(data.get("guardian")),
        )

    def _picked(self, data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
        for question in self.questions():
            codes = data.get(f"{question.id}-more") or data.get(question.id) or []
            if isinstance(codes, list) and codes:
                yield question.id, codes

    def _words(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Return free texts. They count only with their answer, unless they stand alone."""
        count = {
            question.id for question in self.questions() if question.mode == QuestionType.FREE_TEXT
        }
        count |= {name for name, _codes in self._picked(data)}
        texts = {name: _normalize_line_ends(data.get(f"{name}-text") or "") for name in count}
        return {name: text for name, text in texts.items() if text}

    def free_texts(self) -> list[str]:
        """Return what was typed in words in a valid form."""
        data = self.cleaned_data
        return [data["avoid"], *(data[name] for name in data if name.endswith("-text"))]

    def sections(self) -> list[QuestionSection]:
        """Return the groups with their rows, for the template."""
        return list(build_sections(self))

    @property
    def asks_about_legs(self) -> bool:
        """Return whether there are optional questions besides the preferences."""
        return any(group.optional for group in self.groups())

    @property
    def opens_optional_questions(self) -> bool:
        """Whether something optional is filled in or has an error, so that it is to be seen."""
        optional = {group.id for group in self.version.groups if group.optional}
        names = ["pressure", "avoid", "accommodation"]
        for question in self.questions():
            if question.group in optional:
                names += [question.id, f"{question.id}-more", f"{question.id}-text"]
        shown = [self[name] for name in names if name in self.fields]
        return any(bound.value() or bound.errors for bound in shown)

    def groups(self) -> list[QuestionGroup]:
        return [group for group in self.version.groups if not self.short_set_only or group.short]


def _normalize_line_ends(text: str) -> str:
    """Return text with \\n as line ends, stripped."""
    return text.replace("\r\n", "\n").strip()


def initial_answers(
    answer_set: AnswerSet, preferences: SessionPreferences, version: Questionnaire
) -> dict[str, Any]:
    """Return the initial values of a form that shows earlier answers."""
    initial: dict[str, Any] = {
        "none": not any(codes for codes in answer_set.chosen_codes.values()),
        "pressure": preferences.preferred_pressure,
        "avoid": preferences.areas_to_avoid,
        "accommodation": list(preferences.accommodations),
    }
    for question in version.questions:
        codes = list(answer_set.chosen_codes.get(question.id, ()))
        initial[question.id] = codes if question.mode == QuestionType.CHECKBOXES else bool(codes)
        initial[f"{question.id}-more"] = codes
        initial[f"{question.id}-text"] = answer_set.free_texts.get(question.id, "")
    return initial
