"""Back-office forms of therapists, rooms and treatments, whose changes can affect appointments.

Such a change is refused while it affects booked appointments; a link leads to the page of the desk
where staff decide what happens to them.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from booking.inputs import (
    OptionsWithdrawal,
    ResourceChange,
    RoomKindChange,
    RoomSwitchOff,
    TreatmentRoomKindChange,
)
from booking.models import ClinicProfile, Option, Room, Treatment
from booking.queries.schedule.impact import find_impact
from clinic.lib.dates import clock

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
    OptionModelForm = forms.ModelForm[Option]
    RoomModelForm = forms.ModelForm[Room]
    TreatmentModelForm = forms.ModelForm[Treatment]
else:  # cannot be subscripted at run time
    AnyModelForm = OptionModelForm = RoomModelForm = TreatmentModelForm = forms.ModelForm

SWITCH_OFF_LABEL = gettext_lazy("Switch off, and choose what happens to what is booked")
CHANGE_LABEL = gettext_lazy("Change it, and choose what happens to what is booked")


class PreviewedFieldsForm(AnyModelForm):
    """A form with fields that cannot be changed while booked appointments need the old value."""

    previews: Mapping[str, str | Promise] = {}
    """By field, the label of the link to the page of the desk where it can be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.previews.items():
            field = self.fields.get(name)
            if field is None or not self.instance.pk or not self._needs_preview(name):
                continue
            link = format_html('<a href="{}">{}</a>', self.preview_url(name), label)
            field.help_text = format_html("{} {}", field.help_text, link)

    def build_change(self, name: str, value: Any) -> ResourceChange:
        """Return the change that saving `value` in the field `name` means."""
        raise NotImplementedError

    def preview_url(self, name: str) -> str:
        """Return the address of the page of the desk where the field `name` can be changed."""
        raise NotImplementedError

    def previewed_changes(self) -> dict[str, ResourceChange]:
        """Return, by field, the changes of the form that may affect appointments."""
        if not self.instance.pk:
            return {}
        return {
            name: self.build_change(name, self.cleaned_data[name])
            for name in self.previews
            if name in self.changed_data
            and name in self.cleaned_data
            and self._may_affect_appointments(name)
        }

    def keep_saved_value(self, name: str) -> None:
        """Let the field `name` keep the value that is saved, whatever was sent."""
        saved = type(self.instance)._default_manager.get(pk=self.instance.pk)
        setattr(self.instance, name, getattr(saved, name))

    def clean(self) -> dict[str, Any]:
        """Add an error to each field whose change affects booked appointments."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        clinic = ClinicProfile.current()
        changes = self.previewed_changes() if clinic is not None else {}
        for name, change in changes.items():
            assert clinic is not None
            number = len(find_impact(change, clinic, clock.now()).affected)
            if number:
                self.add_error(name, _booked(number))
        return data

    def _needs_preview(self, name: str) -> bool:
        """Return whether a change of the saved value can affect appointments."""
        return name != "is_active" or self.instance.is_active

    def _may_affect_appointments(self, name: str) -> bool:
        return name != "is_active" or not self.cleaned_data[name]


def _booked(number: int) -> ValidationError:
    sentence = ngettext(
        "%d appointment is booked. Please follow the link beside this field and choose what "
        "happens to it.",
        "%d appointments are booked. Please follow the link beside this field and choose "
        "what happens to each of them.",
        number,
    )
    return ValidationError(sentence % number, code="booked")


class RoomForm(PreviewedFieldsForm, RoomModelForm):
    """A room. It can be switched off, or given another kind, if that affects no appointment."""

    previews = {"is_active": SWITCH_OFF_LABEL, "kind": CHANGE_LABEL}

    class Meta:
        model = Room
        fields = ("name", "kind", "directions", "is_active")

    def build_change(self, name: str, value: Any) -> ResourceChange:
        if name == "kind":
            return RoomKindChange(self.instance.pk, value.pk)
        return RoomSwitchOff(self.instance.pk)

    def preview_url(self, name: str) -> str:
        page = "desk-room-kind" if name == "kind" else "desk-room-switch-off"
        return reverse(page, args=[self.instance.pk])


class TreatmentForm(PreviewedFieldsForm, TreatmentModelForm):
    """A treatment. It can be withdrawn, or need another kind of room, if that affects no
    appointment."""

    previews = {"room_kind": CHANGE_LABEL, "is_active": SWITCH_OFF_LABEL}

    class Meta:
        model = Treatment
        fields = "__all__"

    def build_change(self, name: str, value: Any) -> ResourceChange:
        if name == "is_active":
            options = self.instance.options.values_list("pk", flat=True)
            return OptionsWithdrawal(tuple(options), treatment=self.instance.pk)
        return TreatmentRoomKindChange(self.instance.pk, value.pk if value else None)

    def preview_url(self, name: str) -> str:
        page = "desk-treatment-room-kind" if name == "room_kind" else "desk-treatment-withdraw"
        return reverse(page, args=[self.instance.slug])


class OptionForm(PreviewedFieldsForm, OptionModelForm):
    """A length and price of a treatment. It can be withdrawn if no appointment is booked."""

    previews = {"is_active": SWITCH_OFF_LABEL}

    class Meta:
        model = Option
        fields = ("minutes", "price", "turnaround_minutes", "is_active")

    def build_change(self, name: str, value: Any) -> ResourceChange:
        return OptionsWithdrawal((self.instance.pk,))

    def preview_url(self, name: str) -> str:
        return reverse("desk-option-withdraw", args=[self.instance.pk])
