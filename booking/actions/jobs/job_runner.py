"""Run scheduled jobs, each in a child process.

A job that raises, crashes, hangs or eats all memory ends alone: the runner records it, and stops
it after its time limit.

    runner = JobRunner()
    while ...:
        runner.poll()      # starts what is due, collects what has ended; never waits
    runner.stop()
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.db import Error, connection
from django.utils.translation import gettext as _

from booking.actions.jobs.job_runs import (
    JobRun,
    call_job,
    describe_error,
    lease_next_job,
    log_error,
    record_failure,
    record_success,
    release_lease,
    renew_lease,
)
from booking.queries.jobs import LEASE_DURATION
from clinic.lib.child_process import ChildProcess, Outcome
from clinic.lib.database_timeouts import Workload, use_timeouts

MAX_PARALLEL_JOBS = 2
RENEW_SECONDS = LEASE_DURATION.total_seconds() / 4
LOOK_SECONDS, WAIT_SECONDS, STOP_SECONDS = 2.0, 0.02, 3.0


class JobRunner:
    """Leases due jobs and runs each in a child process."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[JobRun, ChildProcess]] = {}
        self._renewed_at = self._looked_at = float("-inf")

    def poll(self) -> None:
        """Collect the jobs that have ended, stop those over their time, start those that are due.

        Takes milliseconds. Raises DatabaseError if the database is away; running jobs go on.
        """
        self._collect()
        self._renew_leases()
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._start_due_jobs(leave_out=())
            self._looked_at = time.monotonic()

    def run_once(self) -> dict[str, Outcome]:
        """Run every job that is due once, and return how each ended, by name."""
        done: dict[str, Outcome] = {}
        while True:
            done |= self._collect()
            self._renew_leases()
            done |= self._start_due_jobs(leave_out=done)
            if not self._running:
                return done
            time.sleep(WAIT_SECONDS)

    def stop(self) -> None:
        """Let running jobs end, but not for long; give up the leases of those that do not.

        If the database is away, the leases end by themselves.
        """
        deadline = time.monotonic() + STOP_SECONDS
        with suppress(Error):
            while self._running and time.monotonic() < deadline:
                self._collect()
                time.sleep(WAIT_SECONDS)
        for _run, child in self._running.values():
            child.kill("")
        with suppress(Error):
            for run, _child in self._running.values():
                release_lease(run)
        self._running.clear()

    def _collect(self) -> dict[str, Outcome]:
        """Record the jobs that have ended or took too long, and return how they ended."""
        ended: dict[str, Outcome] = {}
        for name, (run, child) in list(self._running.items()):
            outcome = child.poll()
            if outcome is None and child.seconds > run.job.time_limit.total_seconds():
                outcome = child.kill(_too_long(run.job.time_limit))
            if outcome is not None:
                _record(run, outcome)
                del self._running[name]
                ended[name] = outcome
        return ended

    def _renew_leases(self) -> None:
        if self._running and time.monotonic() - self._renewed_at > RENEW_SECONDS:
            self._renewed_at = time.monotonic()
            for run, _child in self._running.values():
                renew_lease(run)

    def _start_due_jobs(self, leave_out: Iterable[str]) -> dict[str, Outcome]:
        """Start due jobs as long as there is room. Return those that ran right here."""
        ended: dict[str, Outcome] = {}
        while len(self._running) < MAX_PARALLEL_JOBS:
            run = lease_next_job(leave_out=frozenset({*leave_out, *ended, *self._running}))
            if run is None:
                break
            if _can_use_child():
                child = ChildProcess.start(partial(_run_in_child, run), _describe(run))
                self._running[run.job.name] = (run, child)
                self._renewed_at = time.monotonic()
            else:
                ended[run.job.name] = _run_here(run)
                _record(run, ended[run.job.name])
        return ended


def _can_use_child() -> bool:
    """Whether a child process would see the same database: not inside a transaction, and not with
    a database in memory (both only in tests)."""
    in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined]
    return not connection.in_atomic_block and not in_memory


def _run_in_child(run: JobRun) -> int:
    use_timeouts(Workload.JOB)
    return call_job(run)


def _run_here(run: JobRun) -> Outcome:
    try:
        return Outcome(call_job(run))
    except Exception as error:  # noqa: BLE001  # no error of a job may stop the others
        return Outcome(problem=_describe(run)(error))


def _describe(run: JobRun) -> Callable[[Exception], str]:
    """Return a function that logs an error of the job and returns it in words for the owner."""

    def describe(error: Exception) -> str:
        log_error(run, error)
        return describe_error(error)

    return describe


def _record(run: JobRun, outcome: Outcome) -> None:
    if outcome.problem:
        record_failure(run, outcome.problem)
    else:
        record_success(run, outcome.result)


def _too_long(limit: timedelta) -> str:
    minutes = max(1, round(limit.total_seconds() / 60))
    return _("It did not end within %(minutes)d minutes, so it was stopped.") % {"minutes": minutes}
