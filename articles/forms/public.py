"""Readers: searching, and answering to an article."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib.form_fields import SingleLineField

MAX_QUERY_LENGTH = 200
MAX_COMMENT_LENGTH = 2000
MIN_FILL_SECONDS = 5
FORM_LIFETIME_SECONDS = 24 * 3600
START_SIGNER = signing.TimestampSigner(salt="articles.comment")


class SearchForm(forms.Form):
    """A few words. What cannot be written in a line is read as a space."""

    q = forms.CharField(
        required=False,
        max_length=MAX_QUERY_LENGTH,
        error_messages={
            "max_length": _("Please search for a few words. Up to 200 letters are read."),
        },
    )


def normalize_query(given: str) -> str:
    """What was typed, on one line and without invisible characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in given).split())


class CommentForm(forms.Form):
    """What a reader wants to say. The name and the e-mail are for the clinic only."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=MAX_COMMENT_LENGTH,
        help_text=_(
            "Everybody will be able to read it. Please leave out names, and what you would not "
            "tell a stranger about your health."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Please write your comment.")},
    )
    name = SingleLineField(
        label=_("Your name"),
        max_length=150,
        help_text=_("It is not shown."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name. It is not shown.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("It is not shown. We use it only if we have a question about your comment."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us your e-mail address. It is not shown."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    started = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.summary_labels = False  # each error is a sentence of its own
        self.helper.layout = Layout(
            "text",
            "name",
            "email",
            Div("website", css_class="honeypot"),
            "started",
            Submit("send", _("Send your comment")),
        )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if "://" in text or "www." in text.lower():
            raise ValidationError(
                _("Please leave out links: we cannot check them all."), code="link"
            )
        return text

    def clean_website(self) -> str:
        """A trap: people do not see this field, programs fill it in."""
        if settings.ABUSE_LIMITS and self.cleaned_data["website"]:
            raise ValidationError(_("Please leave this field empty."), code="trap")
        return ""

    def clean(self) -> dict[str, Any]:
        """The hidden field was signed when the form was made: programs are faster than people,
        or keep old forms."""
        data: dict[str, Any] = super().clean() or {}
        if settings.ABUSE_LIMITS and not _is_slow_enough(data.get("started", "")):
            raise ValidationError(
                _("That was quicker than we can read. Please press the button once more."),
                code="hurry",
            )
        return data


def sign_form_start() -> str:
    """What the hidden field of a fresh form carries."""
    return START_SIGNER.sign("comment")


def is_form_start_valid(value: str) -> bool:
    """Whether a form with this may still be sent, now or in a moment."""
    try:
        START_SIGNER.unsign(value, max_age=FORM_LIFETIME_SECONDS)
    except signing.BadSignature:
        return False
    return True


def _is_slow_enough(started: str) -> bool:
    try:
        START_SIGNER.unsign(started, max_age=MIN_FILL_SECONDS)
    except signing.SignatureExpired:
        return is_form_start_valid(started)
    except signing.BadSignature:
        pass
    return False
