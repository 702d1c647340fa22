"""Writing notifications into the outbox."""

import json
from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid
from typing import Unpack
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from booking.models import Notification, Priority
from booking.notifications.kinds import NotificationParams, get_kind
from clinic.lib.dates import clock
from clinic.lib.mailboxes import mailbox_of

GIVE_UP_AFTER = timedelta(days=7)
"""The end of a notification whose kind is not registered."""


def build(kind_name: str, **params: Unpack[NotificationParams]) -> Notification:
    """Return a notification that is not saved yet, for `enqueue_all`."""
    now = clock.now()
    due = params.get("due_at") or now
    kind = get_kind(kind_name)
    give_up_after = kind.give_up_after if kind else GIVE_UP_AFTER
    return Notification(
        key=params["key"],
        kind=kind_name,
        is_to_patient=params.get("to_patient", False),
        is_by_visitor=params.get("by_visitor", False),
        to_email=params.get("to", ""),
        mailbox=mailbox_of(params["to"]) if params.get("to") else "",
        to_name=params.get("to_name", ""),
        appointment=params.get("appointment"),
        data=json.dumps(dict(params.get("data") or {})),
        priority=kind.priority if kind else Priority.OTHER,
        due_at=due,
        next_try_at=due,
        give_up_at=params.get("give_up_at") or due + give_up_after,
        message_id=make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost"),
        created_at=now,
    )


def enqueue(kind: str, **params: Unpack[NotificationParams]) -> Notification:
    """Save one notification in the caller's transaction and return it.

    If one with the same key exists, return that one instead. Raises RuntimeError outside a
    transaction.
    """
    notification = build(kind, **params)
    _require_transaction()
    try:
        with transaction.atomic():
            notification.save(force_insert=True)
    except IntegrityError:
        return Notification.objects.get(key=notification.key)
    return notification


def enqueue_all(notifications: Sequence[Notification]) -> None:
    """Save many notifications in the caller's transaction, in one query.

    Those whose key exists are left out. Raises RuntimeError outside a transaction.
    """
    _require_transaction()
    # A conflicting key is set to itself. ignore_conflicts would make SQLite ignore every
    # constraint, so that a notification could be lost silently.
    Notification.objects.bulk_create(
        notifications, update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A notification must be queued in the transaction of its event.")
