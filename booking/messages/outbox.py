"""Writing a message into the outbox."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from booking.models import Appointment, Message
from clinic.lib import clock

GIVE_UP_AFTER = timedelta(days=7)
URGENT, USUAL = 0, 5


def enqueue(  # noqa: PLR0913  # all but the kind are keywords
    kind: str,
    *,
    key: str,
    to: str,
    to_name: str = "",
    appointment: Appointment | None = None,
    data: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    give_up_at: datetime | None = None,
    priority: int = USUAL,
) -> Message:
    """Put one message into the outbox, in the transaction of the caller.

    `key` names the event it tells about: a second message with the same key is the first one.
    `data` is kept encrypted, and holds nothing about health. `due_at` is now unless given;
    after `give_up_at` (a week after it is due, unless given) it is of no use to anybody.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A message belongs to the transaction of what it tells about.")
    now = clock.now()
    due = due_at or now
    message = Message(
        key=key,
        kind=kind,
        to_email=to,
        to_name=to_name,
        appointment=appointment,
        data=json.dumps(dict(data or {})),
        priority=priority,
        due_at=due,
        next_try_at=due,
        give_up_at=give_up_at or due + GIVE_UP_AFTER,
        message_id=make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost"),
        created_at=now,
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.get(key=key)  # somebody has told it already, or just now
    return message
