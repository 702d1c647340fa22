"""Readers: searching the articles."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_QUERY_LENGTH = 200


class SearchForm(forms.Form):
    """The search field. An empty query is valid."""

    q = forms.CharField(
        label=_("Search the articles"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}
        ),
        max_length=MAX_QUERY_LENGTH,
        error_messages={
            "max_length": _("Please search for a few words. Up to 200 letters are read."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        """The browser cuts nothing off, so that people read why a long query finds nothing."""
        super().__init__(data, auto_id="%s")
        del self.fields["q"].widget.attrs["maxlength"]


def normalize_query(query: str) -> str:
    """Return a query on one line, with unprintable characters replaced by spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in query).split())
