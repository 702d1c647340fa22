"""Leasing notifications that are due: which comes next, and whose it is.

A lease is one conditional update, so two workers never hold the same notification. It outlasts the
longest conversation with the mail server (`smtp.send_limit`), so that nobody else takes over what a
living worker is sending; if the worker is killed, another one takes over within a minute.
"""

import secrets
import time
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from booking.models import Notification, Priority
from booking.notifications.smtp import send_limit
from clinic.lib.dates import clock

LEASE_MARGIN = timedelta(seconds=15)
"""For writing the mail before it is sent, and the result after that."""
BATCH_SIZE = 20
BATCH_SECONDS = 1.0
"""How long the list of what comes next is used; something more urgent waits as long."""


def lease_duration() -> timedelta:
    """Return how long a worker holds a notification at most."""
    return send_limit() + LEASE_MARGIN


class Queue:
    """The notifications that are due, the most urgent first, as one worker sees them."""

    def __init__(self) -> None:
        self._next_ids: list[int] = []
        self._read_at = float("-inf")

    def lease_next(self, lowest: Priority = Priority.THANK_YOU) -> Notification | None:
        """Lease the most urgent notification that is due, or return None.

        Those less urgent than `lowest` are left alone.
        """
        while True:
            is_fresh = time.monotonic() - self._read_at < BATCH_SECONDS
            if not self._next_ids or not is_fresh or lowest != Priority.THANK_YOU:
                self._next_ids = _read_next_ids(clock.now(), lowest)
                self._read_at = time.monotonic()
            if not self._next_ids:
                return None
            notification = _lease(self._next_ids.pop(0))
            if notification is not None:
                return notification


def lease_next_notification() -> Notification | None:
    """Lease the most urgent notification that is due and not leased, or return None."""
    return Queue().lease_next()


def due_ids(now: datetime, priority: Priority, number: int) -> "QuerySet[Notification, int]":
    """Return the primary keys of the first `number` due and unleased mails of one priority.

    It reads one range of the index `message_queue` in order, so that the cost does not depend on
    how many notifications are queued.
    """
    rows = Notification.objects.waiting().filter(priority=priority, next_try_at__lte=now)
    return rows.unleased(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:number]


def _read_next_ids(now: datetime, lowest: Priority) -> list[int]:
    for priority in sorted(Priority):
        if priority <= lowest and (ids := list(due_ids(now, priority, BATCH_SIZE))):
            return ids
    return []


def _lease(pk: int) -> Notification | None:
    """Lease a notification, or return None if another worker was faster or it is not due."""
    now, lease = clock.now(), secrets.token_hex(16)
    rows = Notification.objects.waiting().filter(pk=pk, next_try_at__lte=now).unleased(now)
    leased = rows.update(
        lease=lease, lease_until=now + lease_duration(), attempts=F("attempts") + 1
    )
    if not leased:
        return None
    return Notification.objects.filter(pk=pk).first()  # it may have been deleted meanwhile
