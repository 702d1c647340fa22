"""Form fields that know nothing of a clinic."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


def validate_no_control_characters(value: str) -> None:
    """Line breaks and other invisible commands have no place in a single line."""
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValidationError(_("Please use ordinary letters, in one line."), code="control")


def strip_nul(sent: QueryDict) -> QueryDict:
    """What was sent, without the character that no page and no database can hold."""
    if not any("\0" in value for _, values in sent.lists() for value in values):
        return sent
    clean = QueryDict(mutable=True)
    for name, values in sent.lists():
        clean.setlist(name, [str(value).replace("\0", "") for value in values])
    return clean


class SingleLineField(forms.CharField):
    """One line of text."""

    default_validators = [validate_no_control_characters]
