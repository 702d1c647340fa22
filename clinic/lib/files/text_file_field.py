"""A form field for an uploaded text file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class TextFileField(forms.FileField):
    """An uploaded file whose cleaned value is its text. The file must be in UTF-8.

    A file larger than the view accepts (`clinic.lib.http.uploads.accept_uploads`) does not reach
    the form. Set `is_too_large` on the form's field then, so that the error says so.
    """

    default_error_messages = {
        "required": _("Please choose a file."),
        "encoding": _("This file is not in UTF-8. When you save it, choose “CSV UTF-8”."),
        "too_large": _("The file is too large. Please split it."),
    }
    is_too_large = False

    def clean(self, data: Any, initial: Any = None) -> str:
        """Return the text of a file, with or without a byte order mark."""
        if self.is_too_large:
            raise ValidationError(self.error_messages["too_large"], code="too_large")
        file = super().clean(data, initial)
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(self.error_messages["encoding"], code="encoding") from None
        return text
