"""Release leases, holds and pauses that end later than they can, because a clock was ahead.

All times in the database are from the clocks of the machines that run the site. While one is ahead,
what it leases, holds or puts off ends long after it is right again. An end that is later than any
that could be set now is therefore invalid, and a job releases it.

| what | ends at most |
|---|---|
| a worker's lease of a mail | `lease_duration()` from now |
| the next probe of the mail server | 15 minutes from now |
| a recipient's pause, the next try of a mail that failed | one and a half hours from now |
| a hold | 60 minutes from now |
| a hold of a time that a patient was asked about | seven days from now |
| a mail that was to be sent at once | it was queued now |

"Now" is the later one of this machine's clock and the database's, plus TOLERANCE. So
nothing that ends in time is cut short, even if one of the two is behind.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from booking.actions.holds.expire_holds import overlong_holds, release_overlong_holds
from booking.models import MailServerState, Notification, RecipientPause
from booking.notifications.leasing import lease_duration
from booking.notifications.retry_delays import LONGEST_PROBE_DELAY, LONGEST_RETRY_DELAY
from clinic.lib.database_clock import TOLERANCE, database_now

log = logging.getLogger(__name__)
RELEASED = "A clock was ahead; released, since they ended too late: %s (%d)."
RowsToRelease = tuple[str, "QuerySet[Any]", dict[str, Any]]
"""A description of rows for reports, the rows, and the new values that release them."""


def release_times_from_future(now: datetime) -> int:
    """Release all leases, holds and pauses that end later than possible; return their number."""
    now = max(now, database_now())
    released = 0
    for name, rows, values in _find(now):
        if count := rows.update(**values):
            log.warning(RELEASED, name, count)
            released += count
    if holds := release_overlong_holds(now + TOLERANCE, now):
        log.warning(RELEASED, "holds", holds)
    return released + holds


def count_times_from_future(now: datetime) -> dict[str, int]:
    """Return the numbers of rows to release by description, without those of zero."""
    now = max(now, database_now())
    counts = {name: rows.count() for name, rows, _values in _find(now)}
    counts["holds"] = overlong_holds(now + TOLERANCE).count()
    return {name: count for name, count in counts.items() if count}


def _find(now: datetime) -> Iterator[RowsToRelease]:
    latest = now + TOLERANCE
    waiting = Notification.objects.waiting()
    yield (
        "leases of mails",
        waiting.filter(lease_until__gt=latest + lease_duration()),
        {"lease": "", "lease_until": None},
    )
    yield (
        "mails to be tried again",
        waiting.filter(
            failed_at__isnull=False, next_try_at__gt=latest + LONGEST_RETRY_DELAY
        ).filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=now), next_try_at__gt=F("due_at")
        ),
        {"next_try_at": now},
    )
    yield (
        "mails to be sent at once",
        waiting.filter(created_at__gt=latest, due_at=F("created_at")),
        {"created_at": now, "due_at": now, "next_try_at": now},
    )
    yield (
        "pauses of recipients",
        RecipientPause.objects.filter(until__gt=latest + LONGEST_RETRY_DELAY),
        {"until": now},
    )
    yield (
        "probes of the mail server",
        MailServerState.objects.filter(next_probe_at__gt=latest + LONGEST_PROBE_DELAY),
        {"next_probe_at": now},
    )
