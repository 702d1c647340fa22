"""The form of somebody who could not book online and asks to be called."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.forms.public.about_you import PersonalDetailsForm
from booking.inputs import PersonalDetails
from clinic.lib.honeypot import HoneypotForm

FIELDS = ("name", "phone", "email")
"""What it takes from the form of a booking. A new field there is not asked here."""


class CallbackForm(PersonalDetailsForm):
    """Name and phone, optionally an e-mail address for a link to continue the booking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            name: field
            for name, field in self.fields.items()
            if name in FIELDS or name in HoneypotForm.base_fields
        }
        self.order_fields(FIELDS)
        self.fields["phone"].help_text = _("We call this number during opening hours.")
        self.fields["email"].required = False
        self.fields["email"].help_text = _("After the call, we mail you a link to continue.")

    def details(self) -> PersonalDetails:
        """Return the details of a valid form."""
        data = self.cleaned_data
        return PersonalDetails(name=data["name"], email=data["email"], phone=data["phone"])
