"""The process in which a worker looks after the scheduled jobs.

It is a child of the worker that sends mail, forked while that has no other threads; each run of a
job is a child of it in turn. So neither mail nor jobs wait for each other.
"""

import logging
import signal
import time
from types import FrameType

from django.db import Error, close_old_connections, connection

from booking.actions.jobs.job_runner import JobRunner
from booking.registries.error_reports import ErrorSource, report_error
from clinic.lib.child_process import ChildProcess
from clinic.lib.database_errors import describe_error
from clinic.lib.database_timeouts import Workload, use_timeouts

log = logging.getLogger(__name__)
POLL_SECONDS, ERROR_DELAY_SECONDS, STOP_SECONDS = 0.5, 10.0, 6.0


class JobProcess:
    """A child process that runs due jobs until it is stopped."""

    def __init__(self) -> None:
        self._child: ChildProcess | None = None

    def ensure_running(self) -> None:
        """Start the process, also again if it has ended. Call it while there is one thread."""
        if self._child is not None and (outcome := self._child.poll()) is not None:
            log.error("The process of the scheduled jobs ended: %s", outcome.problem or "stopped")
            self._child = None
        if self._child is None:
            self._child = ChildProcess.start(run_jobs_until_stopped, _describe)

    def stop(self) -> None:
        """Ask the process to stop, and end it if it does not."""
        if self._child is None:
            return
        self._child.terminate()
        until = time.monotonic() + STOP_SECONDS
        while self._child.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        self._child.kill("")
        self._child = None


def run_jobs_until_stopped() -> int:
    """Run due jobs until SIGTERM or SIGINT. An error of the database only makes a pause."""
    stop_requested: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stop_requested.append(number)

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    use_timeouts(Workload.JOB)
    runner = JobRunner()
    while not stop_requested:
        pause = POLL_SECONDS
        try:
            runner.poll()
        except Exception as error:  # noqa: BLE001  # whatever it is, it may be over in a moment
            why = describe_error(error) if isinstance(error, Error) else type(error).__name__
            log.error("The scheduled jobs cannot run: %s", why)
            report_error(error, ErrorSource.WORKER)
            connection.close()
            pause = ERROR_DELAY_SECONDS
        close_old_connections()
        until = time.monotonic() + pause
        while not stop_requested and time.monotonic() < until:
            time.sleep(0.1)
    runner.stop()
    return 0


def _describe(error: Exception) -> str:
    return type(error).__name__
