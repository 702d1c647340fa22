"""What is known about the scheduled jobs: which are due, and how their last runs went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

from booking.models import ScheduledJob
from clinic.lib.scheduled_jobs import Job, registered_jobs

REMINDERS_JOB, DAY_LISTS_JOB = "queue-reminders", "queue-day-lists"

LEASE_DURATION = timedelta(minutes=2)
"""A runner renews its lease while the job runs, so another one takes over soon after a crash."""
INITIAL_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(minutes=1), timedelta(hours=1)
EARLY = timedelta(seconds=5)
"""A job may start this much early, so that a cron line that runs every minute never finds it not
quite due."""
OVERDUE = timedelta(minutes=15)
CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far ahead another runner's clock may be: clocks differ, and on a busy machine time passes
between reading the clock and reading the row. What lies further ahead is from a wrong clock."""


@dataclass(frozen=True, slots=True)
class JobState:
    """A registered job and its row; `row` is None before the job was seen by a worker."""

    name: str
    title: str | Promise
    interval: timedelta
    row: ScheduledJob | None
    is_running: bool
    next_run_at: datetime
    """When it runs next; in the past or now if it is due."""
    is_late: bool
    """It is long due and nobody runs it: no worker is there."""

    @property
    def is_failing(self) -> bool:
        return self.row is not None and self.row.failures > 0


def job_states(now: datetime) -> list[JobState]:
    """Return all registered jobs with their state: failing ones first, else as registered."""
    rows = {row.name: row for row in ScheduledJob.objects.all()}
    states = [_state(job, rows.get(job.name), now) for job in registered_jobs()]
    return sorted(states, key=lambda state: not state.is_failing)


def last_success(name: str, now: datetime) -> datetime | None:
    """Return when the last run of a job that ended well began, or None if there was none.

    A time in the future is from a wrong clock and counts as none.
    """
    rows = ScheduledJob.objects.filter(name=name, succeeded_at__lte=now)
    return rows.values_list("succeeded_at", flat=True).first()


def due_jobs(now: datetime) -> Iterator[tuple[Job, ScheduledJob]]:
    """Yield the jobs to run now, the longest overdue first."""
    rows = {row.name: row for row in ScheduledJob.objects.all()}
    jobs = [(job, rows[job.name]) for job in registered_jobs() if job.name in rows]
    for job, row in sorted(jobs, key=lambda pair: pair[1].next_run_at):
        if is_due(job, row, now) and not is_leased(row, now):
            yield job, row


def is_due(job: Job, row: ScheduledJob, now: datetime) -> bool:
    """Whether a job is to run now.

    A next run that is further ahead than any could be was planned while the clock was wrong; then
    the job is due.
    """
    return not now + EARLY < row.next_run_at <= now + latest_delay(job, row)


def is_leased(row: ScheduledJob, now: datetime) -> bool:
    """Whether a worker runs the job now. A lease longer than any is left from a wrong clock."""
    latest = now + LEASE_DURATION + CLOCK_TOLERANCE
    return row.lease_until is not None and now < row.lease_until <= latest


def latest_delay(job: Job, row: ScheduledJob) -> timedelta:
    """Return the longest time that there can be from now to a job's next run."""
    delay = retry_delay(row.failures) if row.failures else job.interval
    return delay + CLOCK_TOLERANCE


def retry_delay(failures: int) -> timedelta:
    """Return the pause after so many failures in a row: one minute, doubling to an hour."""
    doublings: int = max(0, min(failures - 1, 10))
    return min(INITIAL_RETRY_DELAY * (1 << doublings), MAX_RETRY_DELAY)


def _state(job: Job, row: ScheduledJob | None, now: datetime) -> JobState:
    is_running = row is not None and is_leased(row, now)
    due = row is None or is_due(job, row, now)
    next_run_at = row.next_run_at if row is not None and not due else now
    waits_since = row.next_run_at if row is not None else now
    return JobState(
        job.name,
        job.title,
        job.interval,
        row,
        is_running,
        next_run_at,
        is_late=not is_running and due and now - waits_since > OVERDUE,
    )
