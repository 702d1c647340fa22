"""A file to bring along."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.lib.files.csv_reading import decode

MAX_FILE_BYTES = 2 * 1024 * 1024
FILE_TOO_LARGE = _("The file is larger than 2 MB. Please split it.")


class ImportForm(forms.Form):
    """One CSV file, as text."""

    file = forms.FileField(
        label=_("The file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Please choose a file.")},
    )
    outside_hours = forms.BooleanField(
        label=_("Also outside working hours and at short notice"), required=False
    )

    def __init__(self, *args: Any, kind: str, too_large: bool = False, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"id_{kind}_%s"
        super().__init__(*args, **kwargs)
        if too_large:  # then it has not been let in
            self.fields["file"].error_messages["required"] = FILE_TOO_LARGE
        if kind != "appointments":
            del self.fields["outside_hours"]

    def clean_file(self) -> str:
        """What it says."""
        file = self.cleaned_data["file"]
        text = decode(file.read())
        if text is None:
            raise ValidationError(
                _("This file is not in UTF-8. When you save it, choose “CSV UTF-8”.")
            )
        return text
