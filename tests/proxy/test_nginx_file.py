"""The operators' nginx file, in front of a stand-in for the site."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.proxy.stand_in import StandIn
from tests.servers.nginx import Nginx, find_nginx, running_nginx

pytestmark = pytest.mark.proxy
SECRET_PATH = "/appointments/a-secret-link/"


@pytest.fixture
def site() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def nginx(site: StandIn, tmp_path: Path) -> Iterator[Nginx]:
    program = find_nginx()
    if program is None:
        pytest.skip("NOT RUN: there is no nginx on this machine")
    with running_nginx(program, site.url, tmp_path) as running:
        yield running


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str


def ask(nginx: Nginx, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Send one request over https. Headers have underscores for hyphens."""
    context = ssl.create_default_context(cafile=str(nginx.certificate))
    place = urlsplit(nginx.secure).netloc
    with closing(HTTPSConnection(place, timeout=20, context=context)) as connection:
        size = int(headers.get("Content_Length", 0))
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        with suppress(BrokenPipeError, ConnectionResetError):  # it refuses early
            connection.send(b"x" * size)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


def test_the_site_learns_the_visitors_address_and_nothing_that_a_visitor_claims(
    nginx: Nginx,
) -> None:
    forged = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "http", "X_Request_ID": "mine"}
    headers = json.loads(ask(nginx, "/", **forged).text)

    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["Host"] == "localhost"
    assert len(headers["X-Request-ID"]) == 32


def test_plain_http_leads_to_https(nginx: Nginx) -> None:
    with closing(HTTPConnection(urlsplit(nginx.http).netloc, timeout=20)) as connection:
        connection.request("GET", "/book/?x=1", headers={"Host": "localhost"})
        answer = connection.getresponse()

    assert (answer.status, answer.getheader("Location")) == (301, "https://localhost/book/?x=1")


def test_bodies_may_be_as_long_as_the_longest_upload(nginx: Nginx) -> None:
    most = 11 * 1024 * 1024

    assert ask(nginx, "/", method="POST", Content_Length=str(most)).status == 200
    assert ask(nginx, "/", method="POST", Content_Length=str(most + 1)).status == 413


def test_what_is_for_monitoring_is_not_public(nginx: Nginx) -> None:
    assert ask(nginx, "/metrics").status == 404


def test_a_body_that_does_not_come_does_not_reach_the_site(nginx: Nginx, site: StandIn) -> None:
    address = urlsplit(nginx.plain)
    with socket.create_connection((address.hostname, address.port), 20) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
        assert ask(nginx, "/").status == 200

        assert site.server.connections == 1


def test_while_the_site_starts_again_visitors_are_asked_to_wait_a_moment(
    nginx: Nginx, site: StandIn
) -> None:
    site.stop()
    answer = ask(nginx, SECRET_PATH)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "being restarted" in answer.text
    answer = ask(nginx, "/api/slots")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "being restarted" in json.loads(answer.text)["error"]


def test_the_log_has_neither_addresses_of_pages_nor_of_visitors(
    nginx: Nginx, site: StandIn
) -> None:
    ask(nginx, SECRET_PATH)
    site.stop()
    ask(nginx, SECRET_PATH)

    deadline = time.monotonic() + 20
    while nginx.log.count(" GET ") < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert nginx.log.count(" GET ") == 2
    assert "secret" not in nginx.log
    assert "127.0.0.1" not in nginx.log
