"""The form for what happens to each appointment that a change of hours affects."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.forms.fields import MultilineField, StartField
from booking.inputs import Resolution, ResolutionAction
from booking.models import Appointment
from booking.queries.availability.proposals import Proposal

MESSAGE_MAX_LENGTH = 500
SHOWN_APPOINTMENT_PATTERN = re.compile(r"(\d{1,18})\.(\d{1,9})", re.ASCII)
PLACE_PATTERN = re.compile(r"(move|ask) ([-\w]{1,80}) (\S{1,40})", re.ASCII)
MAX_ASK_CHOICES = 2
"""How many proposals have a radio button "ask the patient": more would hide the other choices."""
ProposalsByAppointment = Mapping[int, Sequence[Proposal]]


def parse_resolution(value: object) -> Resolution | None:
    """Parse "keep", "cancel", "move <therapist> <start>" or the same with "ask".

    Returns None for anything else.
    """
    if value in (ResolutionAction.KEEP, ResolutionAction.CANCEL):
        return Resolution(ResolutionAction(str(value)), sequence=0)
    match = PLACE_PATTERN.fullmatch(str(value))
    try:
        start = StartField().clean(match[3]) if match else None
    except ValidationError:
        start = None
    if match is None or start is None:
        return None
    return Resolution(ResolutionAction(match[1]), sequence=0, start=start, therapist=match[2])


@dataclass(frozen=True)
class AskLabel:
    """The label of the choice to ask the patient about a proposal."""

    asks_about: Proposal


class ResolutionRadios(forms.RadioSelect):
    """Radio buttons that mark the first of each kind, for "all at once"."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        action = str(value).partition(" ")[0]
        first = next(
            (choice for choice, _label in self.choices if str(choice).partition(" ")[0] == action),
            None,
        )
        if value == first:
            option["attrs"]["data-bulk-option"] = action
        return option


class ResolutionField(forms.Field):
    """The value of a radio button, as a Resolution.

    A proposal that is not offered any more is valid; the action says what became of it.
    """

    widget = ResolutionRadios

    def __init__(
        self, *, proposals: Sequence[Proposal], is_switch: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.widget.choices = [
            *((proposal.move_choice, proposal) for proposal in proposals),
            *_ask_choices(proposals),
            (
                ResolutionAction.KEEP.value,
                _("Keep it as it is") if is_switch else _("Keep it, outside the hours"),
            ),
            (ResolutionAction.CANCEL.value, _("Cancel it and tell the patient")),
        ]

    def to_python(self, value: Any) -> Resolution | None:
        if value in (None, ""):
            return None
        chosen = parse_resolution(value)
        if chosen is None:
            raise ValidationError(_("Please choose one of the list."), code="invalid")
        return chosen


def _ask_choices(proposals: Sequence[Proposal]) -> list[tuple[str, AskLabel]]:
    askable = [proposal for proposal in proposals if proposal.can_ask][:MAX_ASK_CHOICES]
    return [(proposal.ask_choice, AskLabel(proposal)) for proposal in askable]


@dataclass(frozen=True)
class AffectedRow:
    """An affected appointment, for the template of the preview."""

    appointment: Appointment
    field: forms.BoundField
    why_not_asked: Promise | None


class ResolutionsForm(forms.Form):
    """A resolution for each appointment, and a message to patients who are asked or whose
    appointment is canceled."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)
    words = MultilineField(
        label=gettext_lazy("A sentence for those who are asked or whose appointment is canceled"),
        help_text=gettext_lazy("It goes into the mail as it is. Please nothing about health."),
        required=False,
        max_length=MESSAGE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "max_length": gettext_lazy("Please use at most %(limit_value)d characters.")
        },
    )

    def __init__(
        self,
        *args: Any,
        affected: Sequence[Appointment],
        proposals: ProposalsByAppointment,
        ask_obstacles: Mapping[int, Promise],
        is_switch: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.affected = affected
        self.ask_obstacles = ask_obstacles
        self.can_move = any(proposals.values())
        self.count_with_other_time = sum(bool(proposals.get(row.pk)) for row in affected)
        self.can_ask = any(place.can_ask for places in proposals.values() for place in places)
        for row in affected:
            required = _("Please choose what happens to %(name)s.") % {"name": row.patient}
            self.fields[resolution_field_name(row.pk)] = ResolutionField(
                label=str(row.patient),
                proposals=proposals.get(row.pk, ()),
                is_switch=is_switch,
                error_messages={"required": required},
            )
        self.initial["shown"] = " ".join(f"{row.pk}.{row.sequence}" for row in affected)

    @property
    def count_without_other_time(self) -> int:
        """How many appointments nothing else is proposed for."""
        return len(self.affected) - self.count_with_other_time

    def rows(self) -> list[AffectedRow]:
        """Return the appointments with their choices, for the template."""
        return [
            AffectedRow(row, self[resolution_field_name(row.pk)], self.ask_obstacles.get(row.pk))
            for row in self.affected
        ]

    def clean(self) -> dict[str, Any]:
        """Give appointments that were not on the page another error than those without a choice."""
        data: dict[str, Any] = super().clean() or {}
        shown = self._seen(data.get("shown", ""))
        for row in self.affected:
            if row.pk not in shown:
                self.errors.pop(resolution_field_name(row.pk), None)
                sentence = _("This appointment is new here. Please choose what happens to it.")
                self.add_error(resolution_field_name(row.pk), sentence)
        return data

    def resolutions(self) -> dict[int, Resolution]:
        """Return the resolution of every appointment that was on the page, by key."""
        resolutions = {}
        for pk, sequence in self._seen(self.cleaned_data["shown"]).items():
            chosen = parse_resolution(self.data.get(resolution_field_name(pk)))
            if chosen is not None:
                resolutions[pk] = Resolution(
                    chosen.action, sequence, chosen.start, chosen.therapist
                )
        return resolutions

    @staticmethod
    def _seen(shown: str) -> dict[int, int]:
        """Return the appointments that were on the page, as keys and sequence numbers."""
        return {int(pk): int(sequence) for pk, sequence in SHOWN_APPOINTMENT_PATTERN.findall(shown)}


def resolution_field_name(pk: int) -> str:
    """Return the name of the field of an appointment."""
    return f"choice-{pk}"
