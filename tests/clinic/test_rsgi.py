"""Requests as granian hands them over: the complete ones reach the site."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from clinic import rsgi
from clinic.rsgi import ThreadedApplication

Answer = tuple[int, list[tuple[str, str]], bytes]


class Visitor:
    """A connection that sends some chunks, and if it is `silent` never ends."""

    def __init__(self, *chunks: bytes, silent: bool = False) -> None:
        self.chunks, self.silent = chunks, silent
        self.answer: Answer = (0, [], b"")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk
        if self.silent:
            await asyncio.sleep(60)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = (status, headers, body)


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with the address that was forwarded and the body."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ.get("HTTP_X_FORWARDED_FOR", "-").encode(), b" ", environ["wsgi.input"].read()]


def ask(
    visitor: Visitor, headers: Iterable[tuple[str, str]] = (), application: Any = echo
) -> Answer:
    scope = SimpleNamespace(
        proto="http", http_version="1.1", server="127.0.0.1:8000", client="192.0.2.1:4711",
        scheme="http", method="POST", path="/caf\xe9/", query_string="", authority="localhost",
        headers=SimpleNamespace(items=lambda: [*headers]),
    )  # fmt: skip
    served = ThreadedApplication(application, threads=1, silence_seconds=0.02, body_seconds=1)
    asyncio.run(served.__rsgi__(scope, visitor))
    served.pool.shutdown()
    return visitor.answer


def test_a_complete_request_reaches_the_site() -> None:
    status, headers, body = ask(Visitor(b"a=", b"1"), [("content-length", "3")])

    assert (status, body) == (200, b"- a=1")
    assert headers == [("Content-Type", "text/plain")]


def test_a_header_name_with_underscores_is_left_out() -> None:
    forged = [("X_Forwarded_For", "6.6.6.6"), ("x_forwarded_for", "6.6.6.6")]
    real = ("X-Forwarded-For", "203.0.113.9")

    assert ask(Visitor(), forged)[2] == b"- "
    assert ask(Visitor(), [*forged, real, *forged])[2] == b"203.0.113.9 "


def test_two_headers_of_one_name_are_both_seen_in_their_order() -> None:
    headers = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9")]

    assert ask(Visitor(), headers)[2] == b"6.6.6.6,203.0.113.9 "


@pytest.mark.parametrize(
    "headers", [[("content-length", "30")], [("transfer-encoding", "chunked")]]
)
def test_a_body_that_never_comes_ends_with_a_timeout_and_never_reaches_the_site(
    headers: list[tuple[str, str]],
) -> None:
    status, _, body = ask(Visitor(b"abc", silent=True), headers, application=None)

    assert (status, body) == (408, b"Request Timeout\n")


def test_a_body_that_breaks_off_is_refused() -> None:
    assert ask(Visitor(b"abc"), [("content-length", "30")], application=None)[0] == 400


def test_a_body_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "MAX_BODY_BYTES", 5)

    assert ask(Visitor(), [("content-length", "6")], application=None)[0] == 413
    assert ask(Visitor(b"abc", b"def"), [("transfer-encoding", "chunked")], None)[0] == 413


def test_an_error_outside_the_site_is_a_500_with_its_headers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> Iterable[bytes]:
        raise LookupError

    status, headers, _ = ask(Visitor(), application=broken)

    assert status == 500
    assert dict(headers)["X-Content-Type-Options"] == "nosniff"
    assert "failed outside" in caplog.text


def test_a_path_is_what_wsgi_expects() -> None:
    def path(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        form = urlencode({"from": environ["REMOTE_ADDR"]})
        return [environ["PATH_INFO"].encode("latin-1"), form.encode()]

    assert ask(Visitor(), application=path)[2] == "/caf\xe9/from=192.0.2.1".encode()
