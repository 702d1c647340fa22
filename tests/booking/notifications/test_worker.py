"""The worker records heartbeats while it delivers a long queue."""

from typing import NoReturn

import pytest
from django.db import OperationalError
from pytest_django import Settings

from booking.actions.jobs.job_process import JobProcess
from booking.management.commands import deliver_messages
from booking.management.commands.deliver_messages import Command
from booking.models import Notification
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


class TestErrors:
    """What goes wrong in one round of the loop does not end the worker."""

    @pytest.fixture(autouse=True)
    def _no_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Command, "sleep", lambda *_: None)
        monkeypatch.setattr(deliver_messages.connection, "close", lambda: None)
        monkeypatch.setattr(JobProcess, "ensure_running", lambda _: None)

    @pytest.mark.parametrize(
        "error",
        [
            Notification.DoesNotExist("Rose Quill, rose@example.com"),
            MemoryError("Rose Quill, rose@example.com"),
            OperationalError("Rose Quill, rose@example.com"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_the_worker_goes_on_after_any_error_and_logs_no_text_of_it(
        self,
        error: Exception,
        worker: Command,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(**_: object) -> NoReturn:
            raise error

        NotificationFactory.create(kind="mail_test", data="{}")
        with monkeypatch.context() as patch:
            patch.setattr(deliver_messages, "deliver_due", fail)
            worker.run_round()
        assert "goes on after an error" in caplog.text
        assert "Rose" not in caplog.text

        worker.run_round()
        assert Notification.objects.get().status == Notification.Status.KEPT

    def test_the_worker_goes_on_when_the_jobs_cannot_be_started(
        self, worker: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: JobProcess) -> NoReturn:
            raise OSError("no more processes")

        NotificationFactory.create(kind="mail_test", data="{}")
        with monkeypatch.context() as patch:
            patch.setattr(JobProcess, "ensure_running", fail)
            worker.run_round()

        worker.run_round()
        assert Notification.objects.get().status == Notification.Status.KEPT
