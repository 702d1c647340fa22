"""What several forms of editors need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.form_fields import LineField

TOO_LONG = _("This is too long: %(limit_value)s letters at most, and it has %(show_value)s.")


def rich(kind: str, label: Any, rows: int) -> forms.Textarea:
    """A field of HTML with marks: `blocks`, `lines` (each a line of its own) or one `line`.

    prose-editor.js makes an editor of it; without a script the HTML stands there."""
    return forms.Textarea(
        attrs={"rows": rows, "data-prose": kind, "data-name": label, "spellcheck": "true"}
    )


def one_line(label: Any, longest: int, **more: Any) -> LineField:
    """A line as wide as the form."""
    wide = forms.TextInput(attrs={"class": "vTextField"})
    return LineField(label=label, max_length=longest, widget=wide, **more)
