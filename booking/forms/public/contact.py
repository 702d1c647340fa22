"""The form for a question to the clinic."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import MultilineField, NameField, StrictEmailField
from clinic.lib.honeypot import HoneypotForm, honeypot

MESSAGE_MAX_LENGTH = 2000


class ContactForm(HoneypotForm):
    """Name, e-mail and a question."""

    name = NameField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    email = StrictEmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We answer to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us your e-mail address, so that we can answer."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )
    message = MultilineField(
        label=_("Your question"),
        max_length=MESSAGE_MAX_LENGTH,
        help_text=_(
            "Please write nothing about your health here: mail is not private enough for it. We "
            "will gladly talk about it on the phone."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Please write your question.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.summary_labels = False  # each error is a complete sentence
        self.helper.layout = Layout(
            "name",
            "email",
            "message",
            honeypot(),
            Submit("send", _("Send your question")),
        )
