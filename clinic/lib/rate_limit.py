"""Limits that ordinary people never notice.

A fixed window a rule. Addresses and e-mails are counted under keyed hashes only; the caller says
where. What counts commits before anything else is done, so that a refused attempt counts too.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from clinic.lib.dates import clock

CountHit = Callable[[str, datetime], int]
"""Adds one under a key in the window that begins at an instant, and says how many there are."""


class RateLimitExceeded(Exception):  # it is an answer, not a fault
    """More requests than anybody needs. `retry_after` is in seconds."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `most` times in a window of so many minutes."""

    name: str
    most: int
    minutes: int = 10


def hit(rule: RateLimit, who: str, *, count: CountHit) -> None:
    """Count one use by an address or e-mail. Raises RateLimitExceeded once the window's share is
    used up."""
    if not settings.ABUSE_LIMITS or not who:
        return
    now = clock.now()
    window = _window(now, rule.minutes)
    if count(_key(rule, who), window) > rule.most:
        until = window + timedelta(minutes=rule.minutes) - now
        raise RateLimitExceeded(retry_after=max(1, int(until.total_seconds()) + 1))


def _key(rule: RateLimit, who: str) -> str:
    message = f"{rule.name}\x1f{who.strip().lower()}".encode()
    return hmac.new(settings.LINK_KEYS[0].encode(), message, "sha256").hexdigest()


def _window(now: datetime, minutes: int) -> datetime:
    """The beginning of the window that a moment lies in."""
    length = timedelta(minutes=minutes)
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % length
