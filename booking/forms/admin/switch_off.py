"""What takes therapists or rooms away in the back office, which must not hide appointments."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from booking.inputs import RoomKindChange, RoomSwitchOff, SwitchOff, TreatmentRoomKindChange
from booking.models import ClinicProfile, Room, Treatment
from booking.queries.schedule.impact import find_impact
from clinic.lib.dates import clock

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
    RoomModelForm = forms.ModelForm[Room]
    TreatmentModelForm = forms.ModelForm[Treatment]
else:  # cannot be subscripted at run time
    AnyModelForm = RoomModelForm = TreatmentModelForm = forms.ModelForm

SWITCH_OFF_LABEL = gettext_lazy("Switch off, and choose what happens to what is booked")
CHANGE_LABEL = gettext_lazy("Change it, and choose what happens to what is booked")


class PreviewedFieldsForm(AnyModelForm):
    """A form with fields that cannot be changed while that takes something from appointments."""

    previews: Mapping[str, str | Promise] = {}
    """By field, the label of the link to the page of the desk that shows what it changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.previews.items():
            field = self.fields.get(name)
            if field is None or not self.instance.pk or not self._needs_preview(name):
                continue
            link = format_html('<a href="{}">{}</a>', self.preview_url(name), label)
            field.help_text = format_html("{} {}", field.help_text, link)

    def change_of(self, name: str, value: Any) -> SwitchOff:
        """Return the change that a new value of a field makes."""
        raise NotImplementedError

    def preview_url(self, name: str) -> str:
        """Return the address of the page with the preview of a field."""
        raise NotImplementedError

    def previewed_changes(self) -> dict[str, SwitchOff]:
        """Return by field the changes that the form makes and that may concern appointments."""
        if not self.instance.pk:
            return {}
        return {
            name: self.change_of(name, self.cleaned_data[name])
            for name in self.previews
            if name in self.changed_data and name in self.cleaned_data and self._takes_away(name)
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what takes something from appointments; the sentence says where it can be done."""
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
        """Whether the field, as it is saved, can still take something away."""
        return name != "is_active" or self.instance.is_active

    def _takes_away(self, name: str) -> bool:
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
    """A room. It can be switched off, or become one of another kind, if nothing is booked there."""

    previews = {"is_active": SWITCH_OFF_LABEL, "kind": CHANGE_LABEL}

    class Meta:
        model = Room
        fields = ("name", "kind", "directions", "is_active")

    def change_of(self, name: str, value: Any) -> SwitchOff:
        if name == "kind":
            return RoomKindChange(self.instance.pk, value.pk)
        return RoomSwitchOff(self.instance.pk)

    def preview_url(self, name: str) -> str:
        page = "desk-room-kind" if name == "kind" else "desk-room-off"
        return reverse(page, args=[self.instance.pk])


class TreatmentForm(PreviewedFieldsForm, TreatmentModelForm):
    """A treatment. It can need another kind of room if everything booked is in such a room."""

    previews = {"room_kind": CHANGE_LABEL}

    class Meta:
        model = Treatment
        fields = "__all__"

    def change_of(self, name: str, value: Any) -> SwitchOff:
        return TreatmentRoomKindChange(self.instance.pk, value.pk if value else None)

    def preview_url(self, name: str) -> str:
        return reverse("desk-treatment-room-kind", args=[self.instance.slug])
