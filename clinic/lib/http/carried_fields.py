"""What one page of a POST has to hand on to the next page: hidden fields, and confirmations.

A page that asks for something before it saves sends everything again, in hidden fields that
`components/carried_fields.html` renders. What was confirmed on one page is among them, so that a
second question does not bring the first one back.
"""

import re
from collections.abc import Iterable, Sequence

from django.http import QueryDict

HiddenField = tuple[str, str]
CONFIRMATION_FIELD = "accepted"
CONFIRMATION_PATTERN = re.compile(r"[!-~]{1,200}")
MAX_CONFIRMATIONS = 20


def carried_fields(
    data: QueryDict, *, leave_out: Sequence[str] = (), only: Sequence[str] = ("",)
) -> list[HiddenField]:
    """Return the names and values of a POST to send again, without its CSRF token.

    `only` and `leave_out` are beginnings of names.
    """
    return [
        (name, str(value))
        for name in data
        for value in data.getlist(name)
        if name.startswith(tuple(only)) and not name.startswith(("csrfmiddlewaretoken", *leave_out))
    ]


class Confirmations:
    """The questions that somebody has answered with yes so far, by key.

    A key names the question and what it was about ("hours@2026-12-01T17:00:00+00:00@maya"), so
    that a yes counts for nothing else that is chosen later. Keys are visible ASCII.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self.keys = tuple(dict.fromkeys(keys))

    @classmethod
    def from_post(cls, data: QueryDict) -> "Confirmations":
        """Read what the pages before have carried here; anything unreadable is left out."""
        sent = data.getlist(CONFIRMATION_FIELD)
        readable = [key for key in sent if CONFIRMATION_PATTERN.fullmatch(key)]
        return cls(readable[-MAX_CONFIRMATIONS:])

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def with_keys(self, keys: Iterable[str]) -> "Confirmations":
        """Return these and more: what the next press of the button confirms."""
        return Confirmations([*self.keys, *keys])

    def hidden_fields(self) -> list[HiddenField]:
        """Return the fields that carry them to the next page."""
        return [(CONFIRMATION_FIELD, key) for key in self.keys]
