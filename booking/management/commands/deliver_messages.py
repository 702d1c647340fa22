"""manage.py deliver_messages [--once | --loop]"""

import signal
import time
from argparse import ArgumentParser
from collections import Counter
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection

from booking.actions.notifications.record_heartbeat import beat
from booking.actions.scheduled_jobs import run_due_work
from booking.notifications.delivery import deliver_due
from booking.queries.notifications.heartbeats import MESSAGES
from clinic.lib.dates import clock

PAUSE, AFTER_TROUBLE = 2.0, 10.0
BEAT_EVERY, DUE_WORK_EVERY = 15.0, 60.0


class Command(BaseCommand):
    help = "Send the messages that are due: once, or for ever (then due work is done as well)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="send what is due and end (default)")
        how.add_argument("--loop", action="store_true", help="go on until stopped")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["loop"]:
            self.loop()
        else:
            beat(MESSAGES, clock.now())
            self.report(deliver_due())

    def loop(self) -> None:
        """Send, do due work, rest. Ends between two messages when asked to."""
        self.stopped = False
        self.last_beat = self.last_work = float("-inf")
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self.stop)
        while not self.stopped:
            try:
                self.report(deliver_due(stopped=self.between))
                self.rest(PAUSE)
            except Error as trouble:
                self.stderr.write(f"The database is away: {type(trouble).__name__}.")
                connection.close()
                self.rest(AFTER_TROUBLE)
            close_old_connections()

    def between(self) -> bool:
        """Between two messages, also of a long queue: show that we live, do what time brings.
        Whether to stop."""
        now = time.monotonic()
        if now - self.last_beat > BEAT_EVERY:
            beat(MESSAGES, clock.now())
            self.last_beat = now
        if now - self.last_work > DUE_WORK_EVERY and not self.stopped:
            run_due_work()
            self.last_work = now
        return self.stopped

    def rest(self, seconds: float) -> None:
        """Sleep, but wake up when asked to stop."""
        until = time.monotonic() + seconds
        while not self.stopped and time.monotonic() < until:
            time.sleep(0.1)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped = True

    def report(self, outcomes: Counter[str]) -> None:
        """One line, if anything was done."""
        if outcomes:
            counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
            self.stdout.write(f"Messages: {counts}.")
