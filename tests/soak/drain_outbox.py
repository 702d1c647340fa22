"""Delivers the mails that are waiting: `python -m tests.soak.drain_outbox [OPTION]`.

--wait=SECONDS waits for the worker. With --skip-pauses no worker may be running: the mails are
delivered here, without the pauses between tries, those of the mail server too, and without waiting
for leases of killed workers.
"""

import argparse
import time

import django

django.setup()

from booking.models import MailServerState, Notification  # noqa: E402  # needs the settings
from booking.notifications.delivery import deliver_due  # noqa: E402
from clinic.lib.dates import clock  # noqa: E402
from tests.soak.result_check import MAILED  # noqa: E402

MAX_ROUNDS = 10


def waiting() -> int:
    """Return how many mails about changes of appointments are waiting."""
    return Notification.objects.waiting().filter(kind__in=MAILED.values()).count()


def deliver_without_pauses() -> None:
    """Deliver all mails that are due, also those that wait for their next try."""
    for _ in range(MAX_ROUNDS):
        overdue = Notification.objects.waiting().filter(due_at__lte=clock.now())
        overdue.update(next_try_at=clock.now(), lease="", lease_until=None)
        paused = MailServerState.objects.filter(next_probe_at__isnull=False)
        paused.update(next_probe_at=clock.now())
        deliver_due()
        if not waiting():
            return


def wait(seconds: float) -> None:
    """Wait until the worker has delivered all mails, at most so many seconds."""
    deadline = time.monotonic() + seconds
    while waiting() and time.monotonic() < deadline:
        time.sleep(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--skip-pauses", action="store_true")
    parser.add_argument("--wait", type=float, default=0)
    options = parser.parse_args()
    if options.skip_pauses:
        deliver_without_pauses()
    else:
        wait(options.wait)
