"""The form for the patient's personal details, the second step of booking."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import MultilineField, NameField, PhoneField, StrictEmailField
from booking.inputs import PersonalDetails

NOTE_MAX_LENGTH = 1000
MIN_FILL_SECONDS = 3.0


class PersonalDetailsForm(forms.Form):
    """Name, e-mail, phone, a note, and agreement to the terms."""

    name = NameField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    email = StrictEmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us your e-mail address."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )
    phone = PhoneField(
        label=_("Phone"),
        max_length=40,
        help_text=_("Only for this appointment, if something changes."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Please tell us a phone number we can reach you at.")},
    )
    note = MultilineField(
        label=_("Anything we should know"),
        max_length=NOTE_MAX_LENGTH,
        required=False,
        help_text=_("For example what you hope for, or that you need more time to undress."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    agreement = forms.BooleanField(
        label=_("I agree to the terms for changing and cancelling shown on this page."),
        error_messages={"required": _("Please agree to the terms, so that we can book this.")},
    )

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, seconds_to_fill: float | None = None, **kwargs: Any) -> None:
        """`seconds_to_fill` is how long the form was open, if known: spam programs are fast."""
        super().__init__(*args, **kwargs)
        self.seconds_to_fill = seconds_to_fill
        self.helper = FormHelper()
        self.helper.summary_labels = False  # each error is a complete sentence
        self.helper.form_tag = True
        self.helper.layout = Layout(
            "name",
            "email",
            "phone",
            "note",
            "agreement",
            Div("website", css_class="honeypot"),
            Submit("continue", _("Continue")),
        )

    def clean_website(self) -> str:
        """Refuse a filled honeypot: people do not see this field, spam programs fill it in."""
        if settings.ABUSE_LIMITS and self.cleaned_data["website"]:
            raise ValidationError(_("Please leave this field empty."), code="honeypot")
        return ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        hurried = self.seconds_to_fill is not None and self.seconds_to_fill < MIN_FILL_SECONDS
        if settings.ABUSE_LIMITS and hurried:
            raise ValidationError(
                _("That was quicker than we can read. Please press Continue once more."),
                code="hurry",
            )
        return data

    def details(self) -> PersonalDetails:
        """Return the details of a valid form."""
        data = self.cleaned_data
        return PersonalDetails(
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            note=data["note"],
        )
