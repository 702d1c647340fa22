"""Forms for a slot: the request that holds one, and the filter of those shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import StartField
from booking.inputs import SlotRequest

MAX_ID = 2**62


class SlotRequestForm(forms.Form):
    """The POST that holds a slot. The server determines end, room, price and status."""

    option = forms.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        error_messages={
            "required": _("Please choose a length."),
            "invalid": _("Please choose one of the lengths shown."),
        },
    )
    therapist = forms.SlugField(required=False, max_length=80)
    start = StartField()

    def slot_request(self, treatment: str) -> SlotRequest:
        """Return the request of a valid form, sent on the page of a treatment (slug)."""
        data = self.cleaned_data
        return SlotRequest(data["option"], data["start"], data["therapist"] or None, treatment)


class SlotFilterForm(forms.Form):
    """The GET that shows free times: everything is optional."""

    option = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    therapist = forms.SlugField(required=False, max_length=80)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    part = forms.ChoiceField(required=False, choices=[("evening", _("Evenings"))])
