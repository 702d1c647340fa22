"""The form that mails the links of appointments again."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import StrictEmailField


class LostLinkForm(forms.Form):
    """The e-mail address that was used for booking."""

    email = StrictEmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The address you gave when you booked."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us the e-mail address you booked with."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.summary_labels = False  # each error is a complete sentence
        self.helper.layout = Layout("email", Submit("send", _("Mail me my links")))
