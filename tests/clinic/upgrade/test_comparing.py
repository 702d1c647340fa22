"""The running site is asked what it runs, often enough that each of its processes answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import cycle
from threading import Thread
from typing import Any

import pytest
from pytest_django import Settings

from clinic.lib.schema_version import schema_digest
from clinic.upgrade.comparing import ask_site, find_difference, wait_for_site

Answer = tuple[int, str]


@contextmanager
def site(*answers: Answer) -> Iterator[str]:
    """A site that gives these answers in turn; yields the address of its /readyz."""
    turns = cycle(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = next(turns)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: Any) -> None:
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/readyz"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ready(settings: Settings, *, status: int = 200, **changes: Any) -> Answer:
    """The answer of a site that runs this version, but for changes."""
    answer = {"version": settings.VERSION, "schema": schema_digest(), "problems": {}}
    return status, json.dumps(answer | changes)


def test_a_site_of_this_version_does_not_differ(settings: Settings) -> None:
    no_worker = ready(settings, status=503, problems={"worker": "No worker was seen."})
    with site(ready(settings), no_worker) as address:
        assert find_difference(address) == ""
        assert wait_for_site([address], 0) == []
        state = ask_site(address)

    assert state is not None
    assert state.version == settings.VERSION


def test_one_process_of_the_older_version_is_found(settings: Settings) -> None:
    older = ready(settings, schema="0123456789ab")
    with site(*[ready(settings)] * 5, older) as address:
        assert "with schema 0123456789ab, not" in find_difference(address)


def test_a_site_that_misses_migrations_differs(settings: Settings) -> None:
    problems = {"migrations": "Migrations are missing (1): run manage.py upgrade."}
    with site(ready(settings, status=503, problems=problems)) as address:
        assert find_difference(address).endswith(problems["migrations"])


@pytest.mark.parametrize("text", ["<h1>Bad gateway</h1>", "[]", '{"status": "ok"}', "7"])
def test_what_is_not_the_answer_of_a_site_is_none(text: str) -> None:
    with site((200, text)) as address:
        assert ask_site(address) is None
        assert find_difference(address) == f"{address} does not answer."


def test_it_waits_until_the_restarted_site_answers(settings: Settings) -> None:
    older = ready(settings, version="0.9.0")
    pauses: list[float] = []
    with site(older, older, *[ready(settings)] * 100) as address:
        assert wait_for_site([address], 60, sleep=pauses.append) == []

    assert pauses == [1.0, 1.0]


def test_nobody_there_does_not_answer() -> None:
    with site((200, "")) as address:
        pass

    assert ask_site(address) is None
