"""The request queue: waiting, refusing, and sharing connections."""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections

from clinic.lib.database_wait import remaining_wait
from clinic.serving import LimitedApplication, Overloaded, RequestQueue
from tests.html import assert_valid, text_of

PATIENCE = 20
Answer = tuple[str, dict[str, str], bytes]


def call(application: LimitedApplication, path: str = "/", method: str = "GET") -> Answer:
    """The answer to a request: status line, headers, content."""
    told: list[Any] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_HOST": "10.0.0.7"}
    content = b"".join(application(environ, lambda *line: told.append(line)))
    return told[0][0], dict(told[0][1]), content


def limited(
    view: Callable[[], bytes], *, active: int = 1, waiting: int = 1, seconds: float = PATIENCE
) -> LimitedApplication:
    def site(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [view()]

    return LimitedApplication(site, seconds=seconds, queue=RequestQueue(active, waiting))


def test_health_checks_are_answered_at_once_for_any_host() -> None:
    begun, released = Event(), Event()

    def stuck() -> bytes:
        begun.set()
        released.wait(PATIENCE)
        return b"done"

    application = limited(stuck)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(call, application)
        assert begun.wait(PATIENCE)
        status, headers, content = call(application, "/healthz")
        released.set()
        assert waiting.result()[2] == b"done"
    assert (status, json.loads(content)) == ("200 OK", {"status": "ok"})
    assert headers["Cache-Control"] == "no-store"


def test_requests_beyond_the_queue_are_refused_at_once() -> None:
    begun, released = Event(), Event()

    def stuck() -> bytes:
        begun.set()
        released.wait(PATIENCE)
        return b"done"

    application = limited(stuck, waiting=0)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(call, application)
        assert begun.wait(PATIENCE)
        started = time.monotonic()
        page, answer = call(application), call(application, "/api/slots")
        assert time.monotonic() - started < 2
        released.set()
        waiting.result()
    status, headers, content = page
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert "We are very busy right now" in text_of(assert_valid(content.decode()))
    assert answer[0] == status
    assert list(json.loads(answer[2])) == ["error"]


def test_a_waiting_request_is_served_or_refused_in_time() -> None:
    application = limited(lambda: b"done", seconds=0.4)
    with application.queue.turn(1):
        started = time.monotonic()
        assert call(application)[0].startswith("503")
        assert 0.1 < time.monotonic() - started < 2
    assert call(application)[2] == b"done"
    with pytest.raises(Overloaded), application.queue.turn(1), application.queue.turn(0.01):
        pass


def test_waiting_counts_towards_the_time_limit_of_the_request() -> None:
    left: list[float | None] = []

    def look() -> bytes:
        left.append(remaining_wait())
        return b"done"

    call(limited(look, seconds=5))
    assert left[0] is not None
    assert 4 < left[0] <= 5
    assert remaining_wait() is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_threads_share_few_connections() -> None:
    used: set[int] = set()
    together = Barrier(4)

    def view() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        used.add(id(connections["default"]))
        return b"done"

    application = limited(view, active=2, waiting=10)

    def request() -> bytes:
        together.wait(PATIENCE)
        answer = call(application)[2]
        assert not connections.all(initialized_only=True)
        return answer

    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(request) for _ in range(4)]
        assert [future.result() for future in answers] == 4 * [b"done"]
    assert 1 <= len(used) <= 2
    for connection_set in application.queue.free:
        for wrapper in connection_set.values():
            wrapper.close()


def test_refused_requests_are_a_line_a_second(caplog: pytest.LogCaptureFixture) -> None:
    application = limited(lambda: b"", active=0, waiting=0)
    with patch("clinic.serving.time.monotonic", side_effect=[100.0, 100.2, 100.9, 101.1]):
        statuses = [call(application)[0] for _number in range(4)]

    assert statuses == 4 * ["503 Service Unavailable"]
    assert caplog.messages == [
        "503: too many requests at once, 1 refused",
        "503: too many requests at once, 3 refused",
    ]
