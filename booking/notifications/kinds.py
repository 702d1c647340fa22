"""The kinds of message. Apps register their own; the outbox knows none by name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from booking.models import Notification

StrOrPromise = str | Promise
PlaceholderValues = Mapping[str, str]


def always_wanted(_message: Notification, _now: datetime) -> bool:
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


def no_attachments(_message: Notification) -> list[Attachment]:
    return []


@dataclass(frozen=True)
class NotificationKind:
    """One kind of message.

    `subject` and `body` carry placeholders such as {patient}; `placeholders` lists those allowed,
    with what they stand for, and `needs` those the text cannot do without. They are data,
    replaced once and never evaluated. `context` gives their values when the message is rendered;
    `is_still_wanted` looks again when it is due. `action` (label, address placeholder) becomes the
    button of the HTML part, `more` a quiet link beside it.
    """

    name: str
    label: StrOrPromise
    subject: StrOrPromise
    body: StrOrPromise
    placeholders: Mapping[str, StrOrPromise]
    context: Callable[[Notification, Mapping[str, Any]], PlaceholderValues]
    is_still_wanted: Callable[[Notification, datetime], bool] = always_wanted
    attachments: Callable[[Notification], list[Attachment]] = no_attachments
    action: tuple[StrOrPromise, str] | None = None
    more: tuple[StrOrPromise, str] | None = None
    needs: frozenset[str] = frozenset()
    editable: bool = True
    signed: bool = True
    secret: bool = False
    """What it says opens an account: outside the demo nobody reads it on the desk."""
    unsubscribe_link: Callable[[Notification], str] | None = None
    """Where one press ends such mails. For what the appointment itself does not need."""


_kinds: dict[str, NotificationKind] = {}


def register_kind(kind: NotificationKind) -> NotificationKind:
    """Make a kind known. Called once, when the app is ready."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"There is a kind of message called {kind.name} already.")
    return kind


def get_kind(name: str) -> NotificationKind | None:
    """The kind, or None when the app that registered it is gone."""
    return _kinds.get(name)


def all_kinds() -> Iterator[NotificationKind]:
    """Every kind, in the order of registration."""
    return iter(_kinds.values())
