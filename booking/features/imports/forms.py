"""The form that uploads a file to import."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.files.text_file_field import TextFileField

MAX_FILE_BYTES = 2 * 1024 * 1024


class ImportForm(forms.Form):
    """One CSV file. Only appointments can be outside working hours."""

    file = TextFileField(
        label=_("The file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"too_large": _("The file is larger than 2 MB. Please split it.")},
    )
    outside_hours = forms.BooleanField(
        label=_("Also outside working hours and at short notice"), required=False
    )

    def __init__(
        self, *args: Any, import_type: str, is_too_large: bool = False, **kwargs: Any
    ) -> None:
        """`is_too_large`: a file was sent, but refused for its size."""
        kwargs["auto_id"] = f"id_{import_type}_%s"
        super().__init__(*args, **kwargs)
        self.fields["file"].is_too_large = is_too_large  # type: ignore[attr-defined]
        if import_type != "appointments":
            del self.fields["outside_hours"]
