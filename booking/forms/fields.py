"""Form fields that several areas of the site share."""

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from clinic.lib.form_fields import (
    EmailField,
    MultilineField,
    NameField,
    PhoneField,
    SingleLineField,
    validate_no_control_characters,
)
from clinic.lib.text.phone_numbers import looks_complete

__all__ = [
    "EmailField",
    "MultilineField",
    "NameField",
    "PhoneField",
    "SingleLineField",
    "StartField",
    "StrictEmailField",
    "phone_warning",
]

RFC_3339_PATTERN = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def validate_no_quotes(value: str) -> None:
    """Refuse quotes, which the standard allows in an e-mail address."""
    if '"' in value:
        raise ValidationError(validate_email.message, code=validate_email.code)


def phone_warning(phone: str, region: str) -> str:
    """Return a warning about a phone number with too few or too many digits, or "".

    `region` is the country of numbers without a country code.
    """
    if not phone or looks_complete(phone, region):
        return ""
    sentence = now_translated("Please check %(phone)s: it has too few or too many digits.")
    return sentence % {"phone": phone}


class StrictEmailField(EmailField):
    """An e-mail address without control characters and quotes, which RFC 5321 allows."""

    default_validators = [validate_email, validate_no_control_characters, validate_no_quotes]


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
