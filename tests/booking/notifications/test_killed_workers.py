"""Workers killed with SIGKILL while they send: nothing is lost, nor sent twice for nothing."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess

import pytest
from django.db import connection

from booking.models import Notification
from tests.booking.notifications.worker_to_kill import deliver_for_ever
from tests.factories import NotificationFactory
from tests.servers.forked import FORKED
from tests.servers.smtp import OK, Postbox, postbox

pytestmark = pytest.mark.postgresql

MESSAGES, KILLS = 60, 8


def start_worker(database: str, box: Postbox) -> BaseProcess:
    process = FORKED.Process(target=deliver_for_ever, args=(database, box.url), daemon=True)
    process.start()
    return process


def wait_for_all(box: Postbox, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and Notification.objects.waiting().exists():
        time.sleep(0.2)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_every_mail_arrives_although_workers_are_killed(
    database: str, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    due = datetime.now(UTC)  # the workers' clock is not frozen
    rows = NotificationFactory.create_batch(MESSAGES, kind="mail_test", data="{}", due_at=due)
    connection.close()

    def slowly(_: str) -> str:
        time.sleep(random.uniform(0, 0.15))
        return OK

    with postbox(data=slowly) as box:
        workers = [start_worker(database, box) for _ in range(2)]
        for number in range(KILLS):
            time.sleep(random.uniform(0.1, 0.2))
            victim = workers[number % 2]
            victim.kill()
            victim.join()
            workers[number % 2] = start_worker(database, box)
        assert Notification.objects.waiting().exists()  # or nobody was killed while sending
        wait_for_all(box, 40)
        for worker in workers:
            worker.kill()
            worker.join()
        times = Counter(box.ids())

    record_property("mails", sum(times.values()))
    assert set(times) == {row.message_id for row in rows}
    # Only a kill between the server's answer and our note of it can send a message again.
    assert sum(times.values()) <= MESSAGES + KILLS
    assert Notification.objects.filter(status="sent").count() == MESSAGES
