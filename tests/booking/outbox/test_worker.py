"""The looping worker shows that it lives and does what time brings, however long the queue is."""

import pytest
from pytest_django import Settings

from booking.management.commands.deliver_messages import Command
from booking.messages.deliver import deliver_due
from booking.models import Appointment
from booking.queries.workers import worker_seen_lately
from tests.factories import AppointmentFactory, MessageFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def worker() -> Command:
    command = Command()
    command.stopped = False
    command.last_beat = command.last_work = float("-inf")
    return command


def test_between_two_messages_it_is_seen_and_due_work_is_done(
    worker: Command, settings: Settings
) -> None:
    AppointmentFactory(held=True, hold_expires_at=settings.CLINIC_CLOCK)
    MessageFactory.create_batch(3, kind="mail_test", data="{}")
    assert not worker_seen_lately(settings.CLINIC_CLOCK)

    assert deliver_due(stopped=worker.between) == {"kept": 3}
    assert worker_seen_lately(settings.CLINIC_CLOCK)
    assert Appointment.objects.get().status == "expired"


def test_it_stops_between_two_messages_when_asked_to(worker: Command) -> None:
    MessageFactory.create_batch(3, kind="mail_test", data="{}")
    worker.stop(15, None)

    assert deliver_due(stopped=worker.between) == {}
