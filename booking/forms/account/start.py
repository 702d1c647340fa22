"""The form that somebody who has signed in for the first time fills in."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import NameField, PhoneField


class StartForm(forms.Form):
    """Name and phone number for a new patient record."""

    name = NameField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    phone = PhoneField(
        label=_("Phone"),
        max_length=40,
        help_text=_("In case something changes with an appointment."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Please tell us a phone number we can reach you at.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.summary_labels = False  # each error is a complete sentence
