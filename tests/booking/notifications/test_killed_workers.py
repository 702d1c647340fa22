"""Workers killed with SIGKILL while they send: nothing is lost, nor sent twice for nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from booking.models import Notification
from tests.factories import NotificationFactory
from tests.servers.smtp import OK, Postbox, postbox

pytestmark = pytest.mark.postgresql

ROOT = Path(__file__).resolve().parents[3]
MESSAGES, KILLS = 60, 8

WORKER = """
import sys
from datetime import timedelta
import django
from django.conf import settings
django.setup()
from booking.notifications import delivery
from tests.booking.races.own_database import connect_to
connect_to(sys.argv[1])
settings.EMAIL_URL = sys.argv[2]
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2].rpartition(":")[2])
delivery.LEASE_DURATION = timedelta(seconds=1)
delivery.INITIAL_RETRY_DELAY = timedelta(seconds=0.2)
while True:
    delivery.deliver_due()
"""


def start_worker(database: str, box: Postbox) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, database, box.url],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
    )


def wait_for_all(box: Postbox, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and Notification.objects.waiting().exists():
        time.sleep(0.2)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_every_message_arrives_although_workers_are_killed(
    database: str, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    due = datetime.now(UTC)  # the workers' clock is not frozen
    rows = NotificationFactory.create_batch(MESSAGES, kind="mail_test", data="{}", due_at=due)
    connection.close()

    def slowly(_: str) -> str:
        time.sleep(random.uniform(0, 0.05))
        return OK

    with postbox(data=slowly) as box:
        workers = [start_worker(database, box) for _ in range(2)]
        for number in range(KILLS):
            time.sleep(random.uniform(0.5, 1.0))
            victim = workers[number % 2]
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            workers[number % 2] = start_worker(database, box)
        wait_for_all(box, 40)
        for worker in workers:
            worker.kill()
            worker.wait()
        times = Counter(box.ids())

    record_property("mails", sum(times.values()))
    assert set(times) == {row.message_id for row in rows}
    # Only a kill between the server's answer and our note of it can send a message again.
    assert sum(times.values()) <= MESSAGES + KILLS
    assert Notification.objects.filter(status="sent").count() == MESSAGES
