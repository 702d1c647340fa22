"""The forms that prove an e-mail address with a code, before a time is held."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import SingleLineField, StrictEmailField
from booking.queries.patients.mailed_codes import CODE_DIGITS

MAX_TYPED_LENGTH = 40


class EmailForCodeForm(forms.Form):
    """The address to which to mail a code."""

    email = StrictEmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us the e-mail address for the code."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )


class EmailCodeForm(forms.Form):
    """The code from a mail. `token` identifies the mail."""

    code = SingleLineField(
        label=_("Code from the mail"),
        max_length=MAX_TYPED_LENGTH,
        help_text=_("%(digits)d digits.") % {"digits": CODE_DIGITS},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={
            "required": _("Please type the code from the mail."),
            "max_length": _("Please type the code from the mail."),
        },
    )
    token = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("maxlength", None)
