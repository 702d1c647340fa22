"""Form fields that know nothing of a clinic."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.lib.text.invisible import strip_invisible, without_format_characters
from clinic.lib.text.phone_numbers import is_dialable, looks_shortened
from clinic.lib.text.search_text import normalize_text


def validate_no_control_characters(value: str) -> None:
    """Raise ValidationError for line breaks and other control characters."""
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValidationError(_("Please use ordinary letters, in one line."), code="control")


def validate_phone(value: str) -> None:
    """Raise ValidationError unless the text can be dialed."""
    if looks_shortened(value):
        raise ValidationError(
            _(
                "A spreadsheet has shortened this number, and its last digits are lost. Please "
                "enter the number as it was."
            ),
            code="shortened",
        )
    if not is_dialable(value):
        raise ValidationError(
            _("Please enter a phone number, such as 312 555 0142 or +1 312 555 0142."),
            code="phone",
        )


def strip_nul(sent: QueryDict) -> QueryDict:
    """Return the data of a POST without NUL characters, which no database column can hold."""
    if not any("\0" in value for _, values in sent.lists() for value in values):
        return sent
    clean = QueryDict(mutable=True)
    for name, values in sent.lists():
        clean.setlist(name, [str(value).replace("\0", "") for value in values])
    return clean


class SingleLineField(forms.CharField):
    """One line of text, without control characters, and without invisible characters at its
    ends."""

    default_validators = [validate_no_control_characters]

    def to_python(self, value: Any) -> Any:
        return super().to_python(_strip(value))


class NameField(SingleLineField):
    """A person's name, with at least one visible letter, digit or sign."""

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if name and not normalize_text(name):
            sentence = self.error_messages.get("required") or _("Please tell us the name.")
            raise ValidationError(sentence, code="invisible")
        return name


class PhoneField(SingleLineField):
    """A phone number as it was typed, without invisible characters.

    Everything that can be dialed is accepted.
    """

    default_validators = [validate_no_control_characters, validate_phone]

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return without_format_characters(typed) if isinstance(typed, str) else typed


class EmailField(forms.EmailField):
    """An e-mail address, without invisible characters at its ends."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(_strip(value))


class MultilineField(forms.CharField):
    """Text of several lines. A line break counts as one character, as in the browser."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text with "\n" as line breaks; browsers send "\r\n"."""
        sent = value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
        return str(super().to_python(sent))


def _strip(value: Any) -> Any:
    return strip_invisible(value) if isinstance(value, str) else value
