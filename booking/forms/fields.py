"""Form fields that several areas of the site share."""

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from clinic.lib.form_fields import SingleLineField, validate_no_control_characters

__all__ = ["MultilineField", "SingleLineField", "StartField", "StrictEmailField", "validate_phone"]

PHONE_PATTERN = re.compile(r"^\+?[\d\s().\-/]{5,30}(?:\s*(?:x|ext\.?)\s*\d{1,6})?$", re.IGNORECASE)


RFC_3339_PATTERN = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def validate_no_quotes(value: str) -> None:
    """Refuse quotes, which the standard allows in an e-mail address."""
    if '"' in value:
        raise ValidationError(validate_email.message, code=validate_email.code)


def validate_phone(value: str) -> None:
    """Accept a phone number of at least six digits, however it is written."""
    if not PHONE_PATTERN.match(value) or sum(character.isdigit() for character in value) < 6:
        raise ValidationError(
            _("Please enter a phone number, such as 312 555 0142 or +1 312 555 0142."),
            code="phone",
        )


class StrictEmailField(forms.EmailField):
    """An e-mail address without control characters and quotes, which RFC 5321 allows."""

    default_validators = [validate_email, validate_no_control_characters, validate_no_quotes]


class MultilineField(forms.CharField):
    """Text of several lines. A line break counts as one character, as in the browser."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class StartField(forms.Field):
    """An instant as RFC 3339 with its offset, such as 2026-12-01T17:00:00-06:00."""

    default_error_messages = {
        "required": _("Please choose a time."),
        "invalid": _("That time could not be read. Please choose one of the times shown."),
    }

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            if not RFC_3339_PATTERN.fullmatch(str(value)):
                raise ValueError
            instant = datetime.fromisoformat(str(value)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return instant
