"""Rate limits with fixed windows.

Network and e-mail addresses are counted under keyed hashes only; the caller provides the counter.
It should commit before anything else is done, so that refused attempts count too.
"""

import hmac
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from clinic.lib.dates import clock

log = logging.getLogger(__name__)

CACHED_COUNT_SECONDS = 2 * 60 * 60
"""How long `count_in_cache` keeps a count: longer than any window."""
RETRY_SECONDS = 5.0
"""How long `count_in_cache` leaves a cache alone that has not answered: each try takes a while."""

CountUse = Callable[[str, datetime], int]
"""Adds one to the count of a key in the window that begins at an instant; returns the count."""


class RateLimitExceeded(Exception):
    """A rate limit is used up. `retry_after` is the number of seconds to wait."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `most` uses in a window of `minutes` minutes."""

    name: str
    most: int
    minutes: int = 10


def count_use(limit: RateLimit, key: str, *, count: CountUse) -> None:
    """Count one use of a key, such as a network or e-mail address; a blank key is not counted.

    Raises RateLimitExceeded if there are more than the limit allows in the current window.
    """
    if not settings.ABUSE_LIMITS or not key:
        return
    now = clock.now()
    window = _window(now, limit.minutes)
    if count(_hashed_key(limit, key), window) > limit.most:
        until = window + timedelta(minutes=limit.minutes) - now
        raise RateLimitExceeded(retry_after=max(1, int(until.total_seconds()) + 1))


def count_in_cache(key: str, window: datetime) -> int:
    """Count in the cache "default" and return the count, for requests that change nothing.

    Nothing is written to the database. Without a shared cache each process counts on its own, and
    while it is away nothing is counted: the pages go on, and ask it again after RETRY_SECONDS.
    """
    if time.monotonic() < _outage.until:
        return 1
    name = f"uses:{key}:{int(window.timestamp())}"
    try:
        cache.add(name, 0, CACHED_COUNT_SECONDS)
        return int(cache.incr(name))
    except ValueError:  # it has just been evicted
        return 1
    except Exception as error:  # noqa: BLE001  # each kind of cache raises errors of its own
        log.error("The cache does not answer: %s", type(error).__name__)
        _outage.until = time.monotonic() + RETRY_SECONDS
        return 1


@dataclass
class CacheOutage:
    """Until when (`time.monotonic`) this process treats the cache as away."""

    until: float = 0.0


_outage = CacheOutage()


def _hashed_key(limit: RateLimit, key: str) -> str:
    message = f"{limit.name}\x1f{key.strip().lower()}".encode()
    return hmac.new(settings.LINK_KEYS[0].encode(), message, "sha256").hexdigest()


def _window(now: datetime, minutes: int) -> datetime:
    """Return the beginning of the window that an instant is in."""
    length = timedelta(minutes=minutes)
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % length
