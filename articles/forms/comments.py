"""Readers: writing a comment. Editors: replying to one, and deleting those of one person."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib.form_fields import EmailField, MultilineField, NameField
from clinic.lib.honeypot import HoneypotForm, honeypot

MAX_COMMENT_LENGTH = 2000
MAX_REPLY_LENGTH = 2000
MIN_FILL_SECONDS = 5
FORM_LIFETIME_SECONDS = 24 * 3600
REFUSED_ONCE = "again"
START_SIGNER = signing.TimestampSigner(salt="articles.comment")


class CommentForm(HoneypotForm):
    """A reader's comment. Only the clinic sees name and e-mail address.

    `started` is a signed time: when the form was made.
    """

    text = MultilineField(
        label=_("Your comment"),
        max_length=MAX_COMMENT_LENGTH,
        help_text=_(
            "Everybody will be able to read it. Please leave out names, and what you would not "
            "tell a stranger about your health."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Please write your comment.")},
    )
    name = NameField(
        label=_("Your name"),
        max_length=150,
        help_text=_("It is not shown."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name. It is not shown.")},
    )
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("It is not shown. We use it only if we have a question about your comment."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us your e-mail address. It is not shown."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )
    started = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.summary_labels = False  # each error is a whole sentence
        self.helper.layout = Layout(
            "text",
            "name",
            "email",
            honeypot(),
            "started",
            Submit("send", _("Send your comment")),
        )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if "://" in text or "www." in text.lower():
            raise ValidationError(
                _("Please leave out links: we cannot check them all."), code="link"
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse a form sent within MIN_FILL_SECONDS (once), or after FORM_LIFETIME_SECONDS."""
        data: dict[str, Any] = super().clean() or {}
        if settings.ABUSE_LIMITS and not _is_slow_enough(data.get("started", "")):
            raise ValidationError(
                _("That was quicker than we can read. Please press the button once more."),
                code="hurry",
            )
        return data


class CommentReplyForm(forms.Form):
    """A reply of the clinic to a comment."""

    reply = MultilineField(
        label=_("Your reply, as the clinic"),
        max_length=MAX_REPLY_LENGTH,
        help_text=_("Everybody will read it. It is signed with the name of the clinic."),
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        error_messages={"required": _("Please write your reply.")},
    )


class CommentDeletionForm(forms.Form):
    """The e-mail address whose comments are deleted."""

    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("From which the reader wrote to us: so it is their own."),
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        error_messages={
            "required": _("Please give the e-mail address."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )


def sign_form_start(*, is_again: bool = False) -> str:
    """Return the value of `started`: for a new form, or with `is_again` for one that was sent too
    fast."""
    return START_SIGNER.sign(REFUSED_ONCE if is_again else "comment")


def is_form_start_valid(value: str) -> bool:
    """Return whether a value of `started` has a valid signature and is not too old."""
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
        return False
    return started.partition(":")[0] == REFUSED_ONCE
