"""Who comes: the second step of booking."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import LineField, check_phone
from booking.values import PersonalDetails

NOTE_LENGTH = 1000


class AboutYouForm(forms.Form):
    """Name, how to reach the person, a note, and the agreement."""

    name = LineField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us your e-mail address."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )
    phone = LineField(
        label=_("Phone"),
        max_length=40,
        validators=[check_phone],
        help_text=_("Only for this appointment, if something changes."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Please tell us a phone number we can reach you at.")},
    )
    note = forms.CharField(
        label=_("Anything we should know"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("For example what you hope for, or that you need more time to undress."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    agreement = forms.BooleanField(
        label=_("I agree to the terms for changing and cancelling shown on this page."),
        error_messages={"required": _("Please agree to the terms, so that we can book this.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = True
        self.helper.attrs = {"novalidate": ""}  # our sentences, not the browser's bubbles
        self.helper.layout = Layout(
            "name", "email", "phone", "note", "agreement", Submit("continue", _("Continue"))
        )

    def details(self) -> PersonalDetails:
        """What a valid form says."""
        data = self.cleaned_data
        return PersonalDetails(
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            note=data["note"].replace("\r\n", "\n"),
        )
