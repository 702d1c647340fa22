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
    with what they stand for, and `needs` those the text cannot do without. They are data,
    replaced once and never evaluated. `context` gives their values when the message is rendered;
    `still_wanted` looks again when it is due. `action` (label, address placeholder) becomes the
    button of the HTML part, `more` a quiet link beside it.
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
    more: tuple[Words, str] | None = None
    needs: frozenset[str] = frozenset()
    editable: bool = True
    signed: bool = True
    secret: bool = False
    """What it says opens an account: outside the demo nobody reads it on the desk."""
    stop_link: Callable[[Message], str] | None = None
    """Where one press ends such mails. For what the appointment itself does not need."""


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
