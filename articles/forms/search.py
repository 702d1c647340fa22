"""Readers: searching the articles."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_QUERY_LENGTH = 200


class SearchForm(forms.Form):
    """The search field. An empty query is valid."""

    q = forms.CharField(
        required=False,
        max_length=MAX_QUERY_LENGTH,
        error_messages={
            "max_length": _("Please search for a few words. Up to 200 letters are read."),
        },
    )


def normalize_query(query: str) -> str:
    """Return a query on one line, with unprintable characters replaced by spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in query).split())
