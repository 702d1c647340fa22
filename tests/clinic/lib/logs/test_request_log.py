"""Each request is one line in the log, with an id and without anything that was sent."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from booking.registries import error_reports
from clinic.lib.logs.json_log import JsonFormatter

PROXY_ID = "5f2c7d0ab3e94c1f8a6d5b4e3c2f1a09"
PAGES = ("fail", "lose", "refuse", "fields", "answer", "nowhere", "appointments")
PLACES = ("path", "query", "body", "header", "cookie", "request id", "host", "method")
MARKERS = st.from_regex(r"zebra[a-z0-9_-]{4,50}", fullmatch=True)


@pytest.fixture(autouse=True)
def broken_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site has pages that fail, and no database to record that in."""
    settings.ROOT_URLCONF = "tests.clinic.lib.logs.broken_pages"
    monkeypatch.setattr(error_reports, "_reporters", [])


@contextmanager
def written_log() -> Iterator[StringIO]:
    """What the handler of the settings writes, as JSON."""
    stream = StringIO()
    configuration: Any = django_settings.LOGGING
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    for name in configuration["handlers"]["stderr"]["filters"]:
        module, _, attribute = configuration["filters"][name]["()"].rpartition(".")
        handler.addFilter(getattr(import_module(module), attribute)())
    requests = logging.getLogger("clinic.requests")
    level = requests.level
    requests.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)
        requests.setLevel(level)


def lines_of(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def request(page: str, **planted: str) -> Any:
    """Send a request with a word at some places. Return the response."""
    client = Client(raise_request_exception=False)
    client.cookies["choice"] = planted.get("cookie", "none")
    return client.generic(
        planted.get("method", "POST"),
        f"/{page}/{planted.get('path', 'word')}/?q={planted.get('query', '')}",
        f"note={planted.get('body', '')}",
        content_type="application/x-www-form-urlencoded",
        headers={
            "user-agent": planted.get("header", "test"),
            "referer": f"https://clinic.example/{planted.get('header', '')}",
            "x-request-id": planted.get("request id", ""),
            "host": planted.get("host", "testserver"),
        },
    )


@given(
    page=st.sampled_from(PAGES), places=st.sets(st.sampled_from(PLACES), min_size=1), word=MARKERS
)
@hypothesis_settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_was_sent_is_in_any_line(page: str, places: set[str], word: str) -> None:
    planted = dict.fromkeys(places, word)
    with written_log() as log:
        request(page, **planted)

    assert word not in log.getvalue()
    assert all("zebra" not in line for line in log.getvalue().lower().splitlines())


@pytest.mark.parametrize(
    ("page", "status"), [("fail", 500), ("lose", 503), ("answer", 200), ("nowhere", 404)]
)
def test_each_request_is_one_line_with_its_id_and_duration(page: str, status: int) -> None:
    with written_log() as log:
        response = request(page)
    (line,) = lines_of(log)

    route = "an unknown address" if page == "nowhere" else f"/{page}/<str:word>/"
    assert response.status_code == status
    assert line["request_id"] == response["X-Request-ID"]
    assert (line["status"], line["method"], line["route"]) == (status, "POST", route)
    assert line["duration_ms"] >= 0


def test_an_error_is_named_by_type_and_place() -> None:
    with written_log() as log:
        request("fail")
    (line,) = lines_of(log)

    assert line["level"] == "error"
    assert "ValueError at " in line["message"]
    assert "broken_pages.py" in line["message"]
    assert "traceback" not in line


def test_only_a_trusted_proxy_chooses_the_id(settings: Settings) -> None:
    own = {"request id": PROXY_ID}
    assert request("answer", **own)["X-Request-ID"] != PROXY_ID

    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert request("answer", **own)["X-Request-ID"] == PROXY_ID
    assert (
        request("answer", **{"request id": "anna-reader-1980-01-01"})["X-Request-ID"]
        != "anna-reader-1980-01-01"
    )


def test_requests_have_different_ids() -> None:
    assert request("answer")["X-Request-ID"] != request("answer")["X-Request-ID"]


def test_static_files_carry_no_id(client: Client) -> None:
    assert "X-Request-ID" not in client.get("/static/nothing.css")
    assert "X-Request-ID" in client.get("/healthz")
