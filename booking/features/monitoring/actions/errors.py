"""Record errors of the program, and note which ones somebody has dealt with."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F

from booking.actions.actor import Actor
from booking.actions.audit.settings import record_setting
from booking.features.monitoring.models import ProgramError
from booking.registries.error_reports import ErrorSource
from clinic.lib.database_errors import (
    cannot_write,
    is_connection_lost,
    is_lock_timeout,
    is_statement_timeout,
    is_transaction_conflict,
)
from clinic.lib.database_wait import wait_limit
from clinic.lib.dates import clock
from clinic.lib.logs.error_locations import CodeLocation, innermost_location, type_name
from clinic.lib.scheduled_jobs import JobFailed

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=90)
"""How long an error stays on file after it was last seen."""
PAUSE_SECONDS = 10.0
"""How long a process counts an error in memory before it writes again."""
MAX_REMEMBERED = 500
WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ErrorKey:
    """The values by which two errors are counted as the same one."""

    error_type: str
    location: CodeLocation


@dataclass(slots=True)
class RateLimiter:
    """How often each error happened in this process since it was last written."""

    counts: dict[ErrorKey, int] = field(default_factory=dict)
    written: dict[ErrorKey, float] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def take(self, key: ErrorKey) -> int:
        """Count one more, and return how many to write now: 0 if it was written just before."""
        now = time.monotonic()
        with self.lock:
            if len(self.written) > MAX_REMEMBERED:
                self.counts.clear()
                self.written.clear()
            count = self.counts.get(key, 0) + 1
            if now - self.written.get(key, float("-inf")) < PAUSE_SECONDS:
                self.counts[key] = count
                return 0
            self.counts[key], self.written[key] = 0, now
            return count


_limiter = RateLimiter()


def record_error(error: Exception, source: ErrorSource) -> None:
    """Record the type and location of an error, unless it is no fault of the program.

    Writes in a transaction of its own, at most once in ten seconds for each error and process. If
    the database is away, the log has to do.
    """
    if not is_fault(error):
        return
    key = ErrorKey(type_name(error)[:200], innermost_location(error))
    count = _limiter.take(key)
    if not count:
        return
    try:
        with wait_limit(WAIT_SECONDS):
            _save(key, source, count, clock.now())
    except Error as problem:
        log.error(
            "Not recorded (%s): %s at %s", type(problem).__name__, key.error_type, key.location
        )
        if not connection.in_atomic_block:
            connection.close()


def is_fault(error: Exception) -> bool:
    """Return whether an error is the program's: not a database that is away, full or busy, and not
    a job that says what keeps it from its work."""
    if isinstance(error, Error):
        return not (
            is_connection_lost(error)
            or cannot_write(error)
            or is_lock_timeout(error)
            or is_statement_timeout(error)
            or is_transaction_conflict(error)
        )
    return not isinstance(error, JobFailed)


def settle_error(error: ProgramError, *, by: Actor) -> None:
    """Record that an error is dealt with. It is listed again if it happens again."""
    with transaction.atomic():
        error.settled_at = clock.now()
        error.save(update_fields=["settled_at"])
        record_setting(f"Error of the program: {error}", fields=["settled_at"], by=by)


def delete_old_errors(now: datetime) -> int:
    """Delete errors that were last seen long ago. Return how many."""
    return ProgramError.objects.filter(last_seen_at__lt=now - KEPT_FOR).delete()[0]


def _save(key: ErrorKey, source: ErrorSource, count: int, now: datetime) -> None:
    location = key.location
    identity = {
        "error_type": key.error_type,
        "module": location.module[:200],
        "function": location.function[:200],
        "line": location.line,
        "release": settings.VERSION,
    }
    seen = {"source": str(source), "last_seen_at": now}
    with transaction.atomic():
        row, is_new = ProgramError.objects.get_or_create(
            **identity, defaults={**seen, "first_seen_at": now, "count": count}
        )
        if not is_new:
            rows = ProgramError.objects.filter(pk=row.pk)
            rows.update(**seen, count=F("count") + count)
