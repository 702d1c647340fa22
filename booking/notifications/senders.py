"""Threads that send mails, so that one on which the server hangs delays no other.

In the ordinary case there is one connection, and one mail after the other goes through it. When a
mail takes longer than PATIENCE, it is left to its thread, and the next one gets a connection of its
own. Threads only talk to the mail server: everything that concerns the database is done by the
thread that calls `start` and `collect`.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType

from booking.models import Notification, Priority
from booking.notifications.smtp import Envelope, Mailer, send_limit
from booking.notifications.smtp_replies import NO_REPLY, Reply, Stage
from clinic.lib.logs.error_locations import describe_error_location

log = logging.getLogger(__name__)
PATIENCE = 0.5
"""Seconds after which a mail that is not done does not hold up the next one."""
MAX_MAILS, MAX_SIGN_IN_MAILS = 8, 4
"""How many mails one worker sends at once, and how many more if they are codes to sign in."""


@dataclass(frozen=True, slots=True)
class SentMail:
    """A notification that was handed to the mail server, and the reply that decided."""

    notification: Notification
    reply: Reply


class SenderPool:
    """Sends mails in threads. To be used as a context manager."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(MAX_MAILS + MAX_SIGN_IN_MAILS, "mail-sender")
        self._running: dict[Future[Reply], tuple[Notification, Mailer]] = {}
        self._idle: list[Mailer] = []
        self._limit = MAX_MAILS + MAX_SIGN_IN_MAILS

    def __enter__(self) -> "SenderPool":
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._executor.shutdown()
        for mailer in [*self._idle, *(mailer for _, mailer in self._running.values())]:
            mailer.close()

    @property
    def number_running(self) -> int:
        return len(self._running)

    @property
    def lowest_priority(self) -> Priority | None:
        """The least urgent priority for which there is a free place, or None if there is none."""
        if self.number_running >= self._limit:
            return None
        return Priority.THANK_YOU if self.number_running < MAX_MAILS else Priority.SIGN_IN

    def allow_no_more_connections(self) -> None:
        """Open no more connections than are busy now; the server has refused another one."""
        self._limit = max(1, self.number_running)

    def start(self, notification: Notification, envelope: Envelope, leased_at: float) -> None:
        """Send a mail in a thread. `leased_at` is the time.monotonic of its lease."""
        mailer = self._idle.pop() if self._idle else Mailer()
        deadline = leased_at + send_limit().total_seconds()
        future = self._executor.submit(mailer.send, envelope, deadline)
        self._running[future] = (notification, mailer)

    def wait(self, seconds: float = PATIENCE) -> None:
        """Return when a mail is done, or after these seconds."""
        if self._running:
            wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        else:
            time.sleep(seconds)

    def collect(self) -> Iterator[SentMail]:
        """Iterate over the mails that are done."""
        for future in [future for future in self._running if future.done()]:
            notification, mailer = self._running.pop(future)
            self._idle.append(mailer)
            error = future.exception()
            if error is not None:  # a fault of ours, which must not stop the others
                location = describe_error_location(error)
                log.error("Notification %s could not be sent: %s", notification.pk, location)
                mailer.close()
                yield SentMail(notification, Reply(Stage.DATA, NO_REPLY, type(error).__name__))
            else:
                yield SentMail(notification, future.result())
        if not self._running:
            self._limit = MAX_MAILS + MAX_SIGN_IN_MAILS
