"""The runs of scheduled jobs: take a lease, run the job, record how it went.

    due --lease--> running --> succeeded: next run after the interval
     ^                |------> failed: next run after a pause that doubles
     |                `------> the runner is gone: taken over when its lease ends
     `-- "run now" at the desk

A lease is a conditional update, so of several runners one gets it. A failed run changes nothing
for other jobs.
"""

import logging
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.models import ScheduledJob
from booking.queries.jobs import LEASE_DURATION, due_jobs, retry_delay
from booking.registries.error_reports import ErrorSource, report_error
from clinic.lib.database_errors import is_connection_lost, is_lock_timeout, is_statement_timeout
from clinic.lib.dates import clock
from clinic.lib.logs.error_locations import describe_error_location
from clinic.lib.scheduled_jobs import Job, JobFailed, find_job, registered_jobs

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobRun:
    """A job that this process has leased. `started` is monotonic, so a clock change is no harm."""

    job: Job
    lease: str
    started_at: datetime
    started: float
    earlier_failures: int

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


def lease_next_job(*, leave_out: frozenset[str] = frozenset()) -> JobRun | None:
    """Lease the job that is longest due, or return None if none is."""
    _create_missing_rows(clock.now())
    now = clock.now()
    for job, row in due_jobs(now):
        if job.name in leave_out:
            continue
        if row.lease and row.failures and _pause_after_crash(row, now):
            continue
        if run := _lease(job, row, now):
            return run
    return None


def renew_lease(run: JobRun) -> None:
    """Extend the lease of a job that is still running."""
    _leased_row(run).update(lease_until=clock.now() + LEASE_DURATION)


def release_lease(run: JobRun) -> None:
    """Give up a run that was stopped from outside, so that it begins again at once."""
    _leased_row(run).update(lease="", lease_until=None, next_run_at=clock.now())


def call_job(run: JobRun) -> int:
    """Call the job's function and return its count.

    Inside a transaction (as in tests) it gets a savepoint, so that its failure ends nothing else.
    """
    if transaction.get_connection().in_atomic_block:
        with transaction.atomic():
            return run.job.function(run.started_at)
    return run.job.function(run.started_at)


def record_success(run: JobRun, count: int) -> None:
    """Record that a run ended well, and plan the next one."""
    now = clock.now()
    _leased_row(run).update(
        lease="",
        lease_until=None,
        next_run_at=max(now, run.started_at + run.job.interval),
        succeeded_at=run.started_at,
        duration=timedelta(seconds=run.seconds),
        count=count,
        failures=0,
    )
    if count or run.earlier_failures:
        log.info("Job %s: %d done in %.2f s.", run.job.name, count, run.seconds)


def record_failure(run: JobRun, problem: str) -> None:
    """Record a problem, in words for the owner, and plan the next try after a growing pause."""
    failures = run.earlier_failures + 1
    delay = retry_delay(failures)
    log.error(
        "Job %s failed after %.2f s, %d times in a row; next try in %d s.",
        run.job.name, run.seconds, failures, delay.total_seconds(),
    )  # fmt: skip
    _leased_row(run).update(
        duration=timedelta(seconds=run.seconds), **_failure_fields(failures, problem, clock.now())
    )


def request_run(name: str) -> bool:
    """Let a job run as soon as a worker looks. Return False if there is no such job."""
    if find_job(name) is None:
        return False
    now = clock.now()
    _create_missing_rows(now)
    ScheduledJob.objects.filter(name=name).update(next_run_at=now)
    return True


def describe_error(error: Exception) -> str:
    """Return what went wrong, for the owner. It holds nothing of the text of an unexpected error,
    which can quote a row."""
    if isinstance(error, Error):
        if is_connection_lost(error):
            return _("The database could not be reached.")
        if is_lock_timeout(error) or is_statement_timeout(error):
            return _("It waited too long for the database.")
    if isinstance(error, JobFailed):
        return str(error)
    return _("A fault in the program (%(error)s). The log says where.") % {
        "error": type(error).__name__
    }


def log_error(run: JobRun, error: Exception) -> None:
    """Log and report where an error happened, without its text: that can hold somebody's data."""
    log.error("Job %s: %s", run.job.name, describe_error_location(error))
    report_error(error, ErrorSource.JOB)


def _lease(job: Job, row: ScheduledJob, now: datetime) -> JobRun | None:
    """Lease a job if nobody else has changed its row, or return None."""
    abandoned = bool(row.lease)
    lease = secrets.token_hex(16)
    fields: dict[str, Any] = {"lease": lease, "lease_until": now + LEASE_DURATION}
    if abandoned:
        fields |= {"failures": row.failures + 1, "problem": _crashed(), "problem_at": now}
    if not _unchanged(row).update(started_at=now, **fields):
        return None
    if abandoned:
        log.warning("Job %s: the last run ended without a result; it starts again.", job.name)
    return JobRun(job, lease, now, time.monotonic(), row.failures + abandoned)


def _pause_after_crash(row: ScheduledJob, now: datetime) -> bool:
    """Put off a job that failed before and now crashed its runner too. Return whether it was."""
    fields = _failure_fields(row.failures + 1, _crashed(), now)
    return bool(_unchanged(row).update(**fields))


def _failure_fields(failures: int, problem: str, now: datetime) -> dict[str, Any]:
    return {
        "lease": "",
        "lease_until": None,
        "failures": failures,
        "problem": problem,
        "problem_at": now,
        "next_run_at": now + retry_delay(failures),
    }


def _crashed() -> str:
    return _("The program that ran it ended before the job did.")


def _unchanged(row: ScheduledJob) -> "QuerySet[ScheduledJob]":
    """Return the row, as a queryset that is empty if a run of it was planned or begun since."""
    return ScheduledJob.objects.filter(
        pk=row.pk, lease=row.lease, lease_until=row.lease_until, next_run_at=row.next_run_at
    )


def _leased_row(run: JobRun) -> "QuerySet[ScheduledJob]":
    """Return the row, as a queryset that is empty if the lease is no longer ours."""
    return ScheduledJob.objects.filter(name=run.job.name, lease=run.lease)


def _create_missing_rows(now: datetime) -> None:
    known = set(ScheduledJob.objects.values_list("name", flat=True))
    for job in registered_jobs():
        if job.name not in known:
            ScheduledJob.objects.get_or_create(name=job.name, defaults={"next_run_at": now})
