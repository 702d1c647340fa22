"""Form fields that know nothing of a clinic."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def refuse_control_characters(value: str) -> None:
    """Line breaks and other invisible commands have no place in a single line."""
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValidationError(_("Please use ordinary letters, in one line."), code="control")


class LineField(forms.CharField):
    """One line of text."""

    default_validators = [refuse_control_characters]
