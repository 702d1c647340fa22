"""Fields and widgets of the editors' forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.form_fields import SingleLineField

TOO_LONG_ERROR = _("This is too long: %(limit_value)s letters at most, and it has %(show_value)s.")


def rich_text_widget(kind: str, label: Any, rows: int) -> forms.Textarea:
    """Return a text area for HTML with marks.

    `kind` is "blocks", "lines" (one value a line) or "line". prose-editor.js turns it
    into a rich-text editor; without JavaScript it shows the HTML.
    """
    return forms.Textarea(
        attrs={"rows": rows, "data-prose": kind, "data-name": label, "spellcheck": "true"}
    )


def single_line_field(label: Any, max_length: int, **more: Any) -> SingleLineField:
    """Return a field of one line with at most `max_length` characters, as wide as the form."""
    wide = forms.TextInput(attrs={"class": "vTextField"})
    return SingleLineField(label=label, max_length=max_length, widget=wide, **more)
