"""python manage.py deliver_messages [--once | --loop]: the worker that sends the outbox."""

import logging
import signal
import time
from argparse import ArgumentParser
from collections import Counter
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection

from booking.actions.jobs.job_process import JobProcess
from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.notifications.delivery import deliver_due
from booking.queries.notifications.heartbeats import WORKER_NAME
from booking.registries.error_reports import ErrorSource, report_error
from clinic.lib.database_errors import describe_error
from clinic.lib.database_timeouts import Workload, use_timeouts
from clinic.lib.dates import clock
from clinic.lib.logs.error_locations import describe_error_location

log = logging.getLogger(__name__)
POLL_SECONDS, ERROR_DELAY_SECONDS = 2.0, 10.0
HEARTBEAT_SECONDS = 15.0


class Command(BaseCommand):
    help = "Send the messages that are due: once, or in a loop that also runs the scheduled jobs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="send what is due and end (default)")
        how.add_argument("--loop", action="store_true", help="go on until stopped")

    def handle(self, *_: Any, **options: Any) -> None:
        use_timeouts(Workload.JOB)
        if options["loop"]:
            self.loop()
        else:
            record_heartbeat(WORKER_NAME, clock.now())
            self.report(deliver_due())

    def loop(self) -> None:
        """Send messages until stopped, beside a process that runs the scheduled jobs.

        Neither ends at an error: both try again after a pause.
        """
        self.start_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        while not self.stop_requested:
            self.run_round()
        self.jobs.stop()

    def run_round(self) -> None:
        """Send what is due and pause. Whatever goes wrong is logged, and ends in a longer pause."""
        try:
            self.jobs.ensure_running()
            self.report(deliver_due(should_stop=self.run_between_messages))
            close_old_connections()
            self.sleep(POLL_SECONDS)
        except Exception as error:  # noqa: BLE001  # a worker that ends sends nobody anything
            log.error("The worker goes on after an error: %s", _describe(error))
            report_error(error, ErrorSource.WORKER)
            connection.close()
            self.sleep(ERROR_DELAY_SECONDS)

    def start_loop(self) -> None:
        """Set what the loop remembers from one message to the next."""
        self.stop_requested = False
        self.last_heartbeat_at = float("-inf")
        self.jobs = JobProcess()

    def run_between_messages(self) -> bool:
        """Record a heartbeat when it is due. Return whether to stop.

        Called between two messages, so that a long queue does not delay it.
        """
        now = time.monotonic()
        if now - self.last_heartbeat_at > HEARTBEAT_SECONDS:
            record_heartbeat(WORKER_NAME, clock.now())
            self.last_heartbeat_at = now
        return self.stop_requested

    def sleep(self, seconds: float) -> None:
        """Sleep, but return early when asked to stop."""
        until = time.monotonic() + seconds
        while not self.stop_requested and time.monotonic() < until:
            time.sleep(0.1)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Handle SIGTERM and SIGINT: stop after the present message."""
        self.stop_requested = True

    def report(self, outcomes: Counter[str]) -> None:
        """Print how many messages had which outcome, if any."""
        if outcomes:
            counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
            self.stdout.write(f"Messages: {counts}.")


def _describe(error: Exception) -> str:
    return describe_error(error) if isinstance(error, Error) else describe_error_location(error)
