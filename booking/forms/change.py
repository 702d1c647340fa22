"""What a patient may say about an appointment that is booked."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import StartField

REASON_LENGTH = 500


class MoveForm(forms.Form):
    """Where to: a start, and a therapist or whoever is free. The rest is the server's."""

    start = StartField()
    therapist = forms.SlugField(required=False, max_length=80)

    @property
    def wished_start(self) -> datetime:
        start: datetime = self.cleaned_data["start"]
        return start

    @property
    def wished_therapist(self) -> str | None:
        return self.cleaned_data["therapist"] or None


class CancelForm(forms.Form):
    """Why, if the patient likes to say."""

    reason = forms.CharField(
        label=_("Would you like to tell us why?"),
        help_text=_("You need not. Only the clinic reads it."),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"max_length": _("Please use at most %(limit_value)d characters.")},
    )
