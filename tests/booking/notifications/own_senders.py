"""Sending in the thread of the test, so that what a backend does there sees the test's rows."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from booking.models import Notification
from booking.notifications import senders
from booking.notifications.delivery import DeliveryRun


class InlineExecutor:
    """Does the work at once, in the calling thread."""

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[..., Any], *arguments: object) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(work(*arguments))
        return future

    def shutdown(self) -> None:
        pass


@pytest.fixture
def inline_senders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "ThreadPoolExecutor", InlineExecutor)


def deliver_leased(notification: Notification) -> None:
    """Send one notification that is leased already, and no other."""
    run = DeliveryRun()
    assert run.pool is not None
    with run.pool as pool:
        run.start(notification, pool)
        run.until_nothing_is_due(should_stop=lambda: True)
