"""The kinds of message. Apps register their own; the outbox knows none by name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from booking.models import Message

Words = str | Promise
Context = Mapping[str, str]


def always(_message: Message, _now: datetime) -> bool:
    """Wanted whenever it is sent."""
    return True


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail, such as a calendar file."""

    name: str
    content_type: str
    content: bytes
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RenderedMail:
    """A mail as it will be sent. `headers` are beyond To, From, Subject, Date and Message-ID."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()


def nothing_attached(_message: Message) -> list[Attachment]:
    return []


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `subject` and `body` carry placeholders such as {patient}; `placeholders` lists those allowed,
    with what they stand for. They are data, replaced once and never evaluated. `context` gives
    their values when the message is rendered; `still_wanted` looks again when it is due.
    `action` (label placeholder, address placeholder) becomes the button of the HTML part.
    """

    name: str
    label: Words
    subject: Words
    body: Words
    placeholders: Mapping[str, Words]
    context: Callable[[Message, Mapping[str, Any]], Context]
    still_wanted: Callable[[Message, datetime], bool] = always
    attachments: Callable[[Message], list[Attachment]] = nothing_attached
    action: tuple[Words, str] | None = None
    editable: bool = True
    bulk: bool = False
    """Not needed for the appointment itself: off by default, with List-Unsubscribe."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. Called once, when the app is ready."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"There is a kind of message called {kind.name} already.")
    return kind


def get_kind(name: str) -> Kind | None:
    """The kind, or None when the app that registered it is gone."""
    return _kinds.get(name)


def all_kinds() -> Iterator[Kind]:
    """Every kind, in the order of registration."""
    return iter(_kinds.values())
