"""What several forms of editors need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.form_fields import SingleLineField

TOO_LONG_ERROR = _("This is too long: %(limit_value)s letters at most, and it has %(show_value)s.")


def rich_text_widget(kind: str, label: Any, rows: int) -> forms.Textarea:
    """A field of HTML with marks: `blocks`, `lines` (each a line of its own) or one `line`.

    prose-editor.js makes an editor of it; without a script the HTML stands there."""
    return forms.Textarea(
        attrs={"rows": rows, "data-prose": kind, "data-name": label, "spellcheck": "true"}
    )


def single_line_field(label: Any, longest: int, **more: Any) -> SingleLineField:
    """A line as wide as the form."""
    wide = forms.TextInput(attrs={"class": "vTextField"})
    return SingleLineField(label=label, max_length=longest, widget=wide, **more)
