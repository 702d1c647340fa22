"""Writing a message into the outbox."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, NotRequired, TypedDict, Unpack
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from booking.models import Appointment, Message
from clinic.lib.dates import clock

GIVE_UP_AFTER = timedelta(days=7)
URGENT, USUAL = 0, 5


class Letter(TypedDict):
    """What a message needs beside its kind.

    `key` names the event it tells about: a second message with the same key is the first one.
    `data` is kept encrypted, and holds nothing about health. `due_at` is now unless given;
    after `give_up_at` (a week after it is due, unless given) it is of no use to anybody.
    """

    key: str
    to: str
    to_name: NotRequired[str]
    appointment: NotRequired[Appointment | None]
    data: NotRequired[Mapping[str, Any] | None]
    due_at: NotRequired[datetime | None]
    give_up_at: NotRequired[datetime | None]
    priority: NotRequired[int]


def draft(kind: str, **letter: Unpack[Letter]) -> Message:
    """A message that is not in the outbox yet: for `enqueue_all`."""
    now = clock.now()
    due = letter.get("due_at") or now
    return Message(
        key=letter["key"],
        kind=kind,
        to_email=letter["to"],
        to_name=letter.get("to_name", ""),
        appointment=letter.get("appointment"),
        data=json.dumps(dict(letter.get("data") or {})),
        priority=letter.get("priority", USUAL),
        due_at=due,
        next_try_at=due,
        give_up_at=letter.get("give_up_at") or due + GIVE_UP_AFTER,
        message_id=make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost"),
        created_at=now,
    )


def enqueue(kind: str, **letter: Unpack[Letter]) -> Message:
    """Put one message into the outbox, in the transaction of the caller. The one that was there
    already when its event has been told before."""
    message = draft(kind, **letter)
    _insist_on_a_transaction()
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.get(key=message.key)  # somebody has told it already, or just now
    return message


def enqueue_all(messages: Sequence[Message]) -> None:
    """The same for many, in one query. A key that is there already is set to itself: "ignore"
    would have SQLite pass over any broken constraint, and a mail would be lost without a word."""
    _insist_on_a_transaction()
    Message.objects.bulk_create(
        messages, update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )


def _insist_on_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A message belongs to the transaction of what it tells about.")
