"""Limits that ordinary people never notice, counted in a table of the caller's.

A fixed window a rule; the count is committed before anything else is done, so a refused attempt
counts too. Addresses and e-mails are stored as keyed hashes only.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Manager

from clinic.lib import clock

KEPT_FOR = timedelta(days=2)
Counts = Manager[Any]
"""Rows with `key`, `window` and `count`, each key once a window."""


class TooMany(Exception):  # it is an answer, not a fault
    """More requests than anybody needs. `retry_after` is in seconds."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `most` times in a window of so many minutes."""

    name: str
    most: int
    minutes: int = 10


def spend(rule: Rule, who: str, *, counts: Counts) -> None:
    """Count one use by an address or e-mail. Raises TooMany once the window's share is used up."""
    if not settings.ABUSE_LIMITS or not who:
        return
    now = clock.now()
    window = _window(now, rule.minutes)
    if _count(_key(rule, who), window, counts) > rule.most:
        until = window + timedelta(minutes=rule.minutes) - now
        raise TooMany(retry_after=max(1, int(until.total_seconds()) + 1))


def _count(key: str, window: datetime, counts: Counts) -> int:
    """Add one, whoever else does the same at this moment, and say how many there are."""
    with transaction.atomic():
        row = counts.filter(key=key, window=window)
        if not row.update(count=F("count") + 1):
            _first_of_window(key, window, counts)
        found: int = row.values_list("count", flat=True).get()
        return found


def _first_of_window(key: str, window: datetime, counts: Counts) -> None:
    """Start a count, and sweep out those of long ago."""
    counts.filter(window__lt=window - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            counts.create(key=key, window=window, count=1)
    except IntegrityError:  # somebody else has just started it
        counts.filter(key=key, window=window).update(count=F("count") + 1)


def _key(rule: Rule, who: str) -> str:
    message = f"{rule.name}\x1f{who.strip().lower()}".encode()
    return hmac.new(settings.LINK_KEYS[0].encode(), message, "sha256").hexdigest()


def _window(now: datetime, minutes: int) -> datetime:
    """The beginning of the window that a moment lies in."""
    length = timedelta(minutes=minutes)
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % length
