"""Delivers what is waiting at the end: `python -m tests.soak.rest --hurry|--wait=SECONDS`.

With --wait the worker does it, in its own time. With --hurry no worker is running any more: the
pauses between tries and the leases of killed workers are cut short.
"""

import argparse
import time

import django

django.setup()

from booking.models import Notification  # noqa: E402  # needs the settings
from booking.notifications.delivery import deliver_due  # noqa: E402
from clinic.lib.dates import clock  # noqa: E402
from tests.soak.verdict import MAILED  # noqa: E402

HURRIES = 5


def waiting() -> int:
    """Return how many mails about changes of appointments are waiting."""
    return Notification.objects.waiting().filter(kind__in=MAILED.values()).count()


def hurry() -> None:
    """Deliver everything that was tried before, now."""
    for _ in range(HURRIES):
        overdue = Notification.objects.waiting().filter(due_at__lte=clock.now())
        overdue.update(next_try_at=clock.now(), lease="", lease_until=None)
        deliver_due()
        if not waiting():
            return


def wait(seconds: float) -> None:
    """Wait until the worker has delivered everything."""
    deadline = time.monotonic() + seconds
    while waiting() and time.monotonic() < deadline:
        time.sleep(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--hurry", action="store_true")
    parser.add_argument("--wait", type=float, default=0)
    options = parser.parse_args()
    if options.hurry:
        hurry()
    else:
        wait(options.wait)
