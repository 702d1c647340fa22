"""How long to wait before something is tried again."""

import random
from datetime import timedelta

from booking.models import MailServerState

INITIAL_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(seconds=30), timedelta(hours=1)
"""Of one notification, and of one recipient."""
INITIAL_PROBE_DELAY = {
    MailServerState.Status.UNAVAILABLE: timedelta(seconds=2),
    MailServerState.Status.STOPPED: timedelta(seconds=30),
}
MAX_PROBE_DELAY = {
    MailServerState.Status.UNAVAILABLE: timedelta(seconds=15),
    MailServerState.Status.STOPPED: timedelta(minutes=15),
}
"""Of the whole queue. A server that is away costs nothing to ask; one that refuses us may take it
amiss."""
LONGEST_RETRY_DELAY = 1.5 * MAX_RETRY_DELAY
LONGEST_PROBE_DELAY = max(MAX_PROBE_DELAY.values())
"""A longer one was set while a clock was wrong (`booking.actions.jobs.times_from_future`)."""


def retry_delay(attempts: int) -> timedelta:
    """Return the time until the next attempt: doubled each time, at most an hour, with jitter."""
    delay = min(INITIAL_RETRY_DELAY * 2 ** min(attempts - 1, 10), MAX_RETRY_DELAY)
    return delay * random.uniform(0.5, 1.5)  # noqa: S311  # not for security


def probe_delay(status: MailServerState.Status, failures: int) -> timedelta:
    """Return the time until the next probe, after this many failed ones (at least one)."""
    delay = INITIAL_PROBE_DELAY[status] * 2 ** min(failures - 1, 10)
    return min(delay, MAX_PROBE_DELAY[status])
