"""The worker records heartbeats while it delivers a long queue."""

import pytest
from pytest_django import Settings

from booking.management.commands.deliver_messages import Command
from booking.notifications.delivery import deliver_due
from booking.queries.notifications.heartbeats import is_worker_alive
from tests.factories import NotificationFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def worker() -> Command:
    command = Command()
    command.start_loop()
    return command


def test_the_heartbeat_is_recorded_between_two_mails(worker: Command, settings: Settings) -> None:
    NotificationFactory.create_batch(3, kind="mail_test", data="{}")
    assert not is_worker_alive(settings.CLINIC_CLOCK)

    assert deliver_due(should_stop=worker.run_between_messages) == {"kept": 3}
    assert is_worker_alive(settings.CLINIC_CLOCK)


def test_the_worker_stops_between_two_mails_on_request(worker: Command) -> None:
    NotificationFactory.create_batch(3, kind="mail_test", data="{}")
    worker.stop(15, None)

    assert deliver_due(should_stop=worker.run_between_messages) == {}
