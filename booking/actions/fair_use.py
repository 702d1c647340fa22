"""Limits that ordinary people never notice, counted in the database.

A fixed window a rule; the count is committed before the action runs, so a refused attempt
counts too. Addresses and e-mails are stored as keyed hashes only.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from booking.actions.actor import Actor
from booking.errors import TooMany
from booking.models import UseCount
from clinic.lib import clock

KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `most` times in a window of so many minutes."""

    name: str
    most: int
    minutes: int = 10


# Thirty patients behind one address, each trying a few times, get through in ten minutes.
HOLDS = Rule("hold", most=120)
DETAILS = Rule("details", most=240)
BOOKINGS = Rule("book", most=60)
BOOKINGS_OF_EMAIL = Rule("book-email", most=10, minutes=60)


def spend(rule: Rule, who: str) -> None:
    """Count one use by an address or e-mail. Raises TooMany once the window's share is used up."""
    if not settings.ABUSE_LIMITS or not who:
        return
    now = clock.now()
    window = _window(now, rule.minutes)
    if _count(_key(rule, who), window) > rule.most:
        until = window + timedelta(minutes=rule.minutes) - now
        raise TooMany(retry_after=max(1, int(until.total_seconds()) + 1))


def spend_by(rule: Rule, by: Actor) -> None:
    """Count one use by the address of a guest or patient; staff and the system are not counted."""
    spend(rule, by.address)


def _count(key: str, window: datetime) -> int:
    """Add one, whoever else does the same at this moment, and say how many there are."""
    with transaction.atomic():
        row = UseCount.objects.filter(key=key, window=window)
        if not row.update(count=F("count") + 1):
            _first_of_window(key, window)
        return row.values_list("count", flat=True).get()


def _first_of_window(key: str, window: datetime) -> None:
    """Start a count, and sweep out those of long ago."""
    UseCount.objects.filter(window__lt=window - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            UseCount.objects.create(key=key, window=window, count=1)
    except IntegrityError:  # somebody else has just started it
        UseCount.objects.filter(key=key, window=window).update(count=F("count") + 1)


def _key(rule: Rule, who: str) -> str:
    message = f"{rule.name}\x1f{who.strip().lower()}".encode()
    return hmac.new(settings.LINK_KEYS[0].encode(), message, "sha256").hexdigest()


def _window(now: datetime, minutes: int) -> datetime:
    """The beginning of the window that a moment lies in."""
    length = timedelta(minutes=minutes)
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % length
