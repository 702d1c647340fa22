"""The form for a medical clearance."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import MultilineField, SingleLineField
from booking.queries.health.status import ANSWERS_VALID_FOR


class ClearanceForm(forms.Form):
    """Who has agreed to a massage, when, and within which limits."""

    doctor = SingleLineField(
        label=_("Who agreed?"),
        max_length=150,
        help_text=_("The doctor or midwife. After a talk without a doctor: your own name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please say who agreed.")},
    )
    given_on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Please say on which day."),
            "invalid": _("Please give the day as a date, such as 2026-12-01."),
        },
    )
    limits = MultilineField(
        label=_("Within which limits?"),
        max_length=500,
        required=False,
        help_text=_("Places, pressure, position. The therapist reads it in the brief."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"max_length": _("Please use at most %(limit_value)d characters.")},
    )
    only_gentle = forms.BooleanField(
        label=_("Gentle treatments only: no deep tissue, sports or trigger point"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.summary_labels = False
        self.helper.layout = Layout(
            "doctor",
            Field("given_on", wrapper_class="short"),
            "limits",
            "only_gentle",
            Submit("note", _("Note it and open the booking")),
        )

    def clean_given_on(self) -> date:
        given: date = self.cleaned_data["given_on"]
        if given > self.today:
            raise ValidationError(_("That day has not come yet."), code="future")
        if given < self.today - ANSWERS_VALID_FOR:
            raise ValidationError(
                _("That is more than three months ago. Please ask the doctor again."), code="old"
            )
        return given
