"""Writing a message into the outbox."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, NotRequired, TypedDict, Unpack
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from booking.models import Appointment, Notification
from clinic.lib.dates import clock

GIVE_UP_AFTER = timedelta(days=7)
PRIORITY_URGENT, PRIORITY_NORMAL = 0, 5


class NotificationParams(TypedDict):
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


def build(kind: str, **params: Unpack[NotificationParams]) -> Notification:
    """A message that is not in the outbox yet: for `enqueue_all`."""
    now = clock.now()
    due = params.get("due_at") or now
    return Notification(
        key=params["key"],
        kind=kind,
        to_email=params["to"],
        to_name=params.get("to_name", ""),
        appointment=params.get("appointment"),
        data=json.dumps(dict(params.get("data") or {})),
        priority=params.get("priority", PRIORITY_NORMAL),
        due_at=due,
        next_try_at=due,
        give_up_at=params.get("give_up_at") or due + GIVE_UP_AFTER,
        message_id=make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost"),
        created_at=now,
    )


def enqueue(kind: str, **params: Unpack[NotificationParams]) -> Notification:
    """Put one message into the outbox, in the transaction of the caller. The one that was there
    already when its event has been told before."""
    message = build(kind, **params)
    _require_transaction()
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Notification.objects.get(
            key=message.key
        )  # somebody has told it already, or just now
    return message


def enqueue_all(messages: Sequence[Notification]) -> None:
    """The same for many, in one query. A key that is there already is set to itself: "ignore"
    would have SQLite pass over any broken constraint, and a mail would be lost without a word."""
    _require_transaction()
    Notification.objects.bulk_create(
        messages, update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A message belongs to the transaction of what it tells about.")
