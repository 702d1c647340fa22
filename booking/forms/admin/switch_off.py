"""Switching a therapist or a room off in the back office, which must not hide appointments."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.inputs import RoomSwitchOff, SwitchOff
from booking.models import ClinicProfile, Room
from booking.queries.schedule.impact import find_impact
from clinic.lib.dates import clock

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
    RoomModelForm = forms.ModelForm[Room]
else:  # cannot be subscripted at run time
    AnyModelForm = RoomModelForm = forms.ModelForm


class SwitchOffForm(AnyModelForm):
    """A form whose field `is_active` cannot be unticked while appointments are booked there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("is_active")
        if field is not None and self.instance.pk and self.instance.is_active:
            field.help_text = format_html(
                '<a href="{}">{}</a>',
                self.switch_off_url(),
                _("Switch off, and choose what happens to what is booked"),
            )

    def switch_off(self) -> SwitchOff:
        """Return the change that unticking the field makes."""
        raise NotImplementedError

    def switch_off_url(self) -> str:
        """Return the address of the page with the preview."""
        raise NotImplementedError

    def clean_is_active(self) -> bool:
        """Refuse to switch off what is booked; the sentence says where it can be done."""
        is_active: bool = self.cleaned_data["is_active"]
        clinic = ClinicProfile.current()
        if is_active or not self.instance.pk or not self.instance.is_active or clinic is None:
            return is_active
        number = len(find_impact(self.switch_off(), clinic, clock.now()).affected)
        if number:
            sentence = ngettext(
                "%d appointment is booked. Please follow the link beside this box and choose what "
                "happens to it.",
                "%d appointments are booked. Please follow the link beside this box and choose "
                "what happens to each of them.",
                number,
            )
            raise ValidationError(sentence % number, code="booked")
        return is_active


class RoomForm(SwitchOffForm, RoomModelForm):
    """A room."""

    class Meta:
        model = Room
        fields = ("name", "kind", "directions", "is_active")

    def switch_off(self) -> SwitchOff:
        return RoomSwitchOff(self.instance.pk)

    def switch_off_url(self) -> str:
        return reverse("desk-room-off", args=[self.instance.pk])
