"""Rate limits of actions, counted in the database (see clinic.lib.rate_limit)."""

from django.db import transaction

from booking.actions.actor import Actor
from booking.models import RateLimitCounter
from booking.models.rate_limits import COUNTER_KEPT_FOR
from clinic.lib import rate_limit
from clinic.lib.rate_limit import RateLimit, RateLimitExceeded

__all__ = [
    "BOOKING_LIMIT",
    "BOOKING_PER_EMAIL_LIMIT",
    "COUNTER_KEPT_FOR",
    "DETAILS_LIMIT",
    "EXTENSION_LIMIT",
    "HOLD_LIMIT",
    "HOLD_PER_MAILBOX_LIMIT",
    "RateLimit",
    "count_in_one_transaction",
    "count_use",
    "count_use_by_actor",
]

# Thirty patients behind one address, each trying a few times, get through in ten minutes.
HOLD_LIMIT = RateLimit("hold", most=120)
HOLD_PER_MAILBOX_LIMIT = RateLimit("hold-mailbox", most=30)
EXTENSION_LIMIT = RateLimit("extend", most=120)
DETAILS_LIMIT = RateLimit("details", most=240)
BOOKING_LIMIT = RateLimit("book", most=60)
BOOKING_PER_EMAIL_LIMIT = RateLimit("book-email", most=10, minutes=60)


def count_use(limit: RateLimit, key: str) -> None:
    """Count one use of a key, such as an e-mail. Raises RateLimitExceeded beyond the limit."""
    rate_limit.count_use(limit, key, count=RateLimitCounter.objects.add)


def count_use_by_actor(limit: RateLimit, by: Actor) -> None:
    """Count one use by a network address. Staff and the system have none and are not counted."""
    count_use(limit, by.ip_address)


def count_in_one_transaction(*uses: tuple[RateLimit, str]) -> None:
    """Count uses one after another, up to the first beyond its limit, and commit them together.

    Raises RateLimitExceeded then. One commit is much quicker than one for each.
    """
    refusal: RateLimitExceeded | None = None
    with transaction.atomic():
        for limit, key in uses:
            try:
                count_use(limit, key)
            except RateLimitExceeded as error:
                refusal = error
                break
    if refusal is not None:
        raise refusal
