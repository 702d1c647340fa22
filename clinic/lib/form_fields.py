"""Form fields that know nothing of a clinic."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


def validate_no_control_characters(value: str) -> None:
    """Raise ValidationError for line breaks and other control characters."""
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValidationError(_("Please use ordinary letters, in one line."), code="control")


def strip_nul(sent: QueryDict) -> QueryDict:
    """Return the data of a POST without NUL characters, which no database column can hold."""
    if not any("\0" in value for _, values in sent.lists() for value in values):
        return sent
    clean = QueryDict(mutable=True)
    for name, values in sent.lists():
        clean.setlist(name, [str(value).replace("\0", "") for value in values])
    return clean


class SingleLineField(forms.CharField):
    """A single line of text, without control characters."""

    default_validators = [validate_no_control_characters]
