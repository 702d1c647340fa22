"""The form for the patient's personal details, the second step of booking."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import MultilineField, NameField, PhoneField, StrictEmailField
from booking.inputs import PersonalDetails
from clinic.lib.honeypot import HoneypotForm

NOTE_MAX_LENGTH = 1000


class PersonalDetailsForm(HoneypotForm):
    """Name, e-mail, phone and a note. There is no box for the terms: the text beside the button
    says that booking accepts them."""

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

    def details(self) -> PersonalDetails:
        """Return the details of a valid form."""
        data = self.cleaned_data
        return PersonalDetails(
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            note=data["note"],
        )
