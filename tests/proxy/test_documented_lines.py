"""The lines for HAProxy and Caddy in docs/reference/proxies.md, in front of the site."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from ipaddress import ip_network
from pathlib import Path
from textwrap import dedent

import pytest

from clinic.lib.http.proxies import client_address
from tests.proxy.stand_in import StandIn
from tests.servers.ports import free_port
from tests.servers.starting import wait_until
from tests.servers.web import ROOT, web_server

pytestmark = pytest.mark.proxy

PAGE = ROOT / "docs" / "reference" / "proxies.md"
PROXIES = pytest.mark.parametrize("name", ["haproxy", "caddy"])
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X_Forwarded_For": "203.0.113.10",
    "X-Forwarded-Proto": "https",
    "Forwarded": "for=203.0.113.11",
}
SECONDS_WITHOUT_A_BODY = 2

HAPROXY_FILE = """
defaults
    timeout connect 5s
    timeout client 60s
    timeout server 60s
{lines}
    bind 127.0.0.1:{port}
backend clinic
    mode http
    server site 127.0.0.1:{site_port}
"""
CADDY_FILE = """
{{
    admin off
    auto_https off
}}
{lines}
"""


def documented_lines(begin: str) -> str:
    """Return the block of the page that begins with these words."""
    blocks = re.findall(r"(?:^    .*\n|^\n)+", PAGE.read_text(), re.MULTILINE)
    found = [dedent(block).strip() for block in blocks if dedent(block).strip().startswith(begin)]
    assert len(found) == 1, f"{PAGE} has {len(found)} blocks that begin with {begin}"
    return found[0]


def changed(lines: str, old: str, new: str) -> str:
    """Return the lines with what must differ in a test, which must be there."""
    assert old in lines
    return lines.replace(old, new)


def configuration(name: str, port: int, site_port: int) -> str:
    """Return the file of a proxy on a port of this machine, with the documented lines."""
    if name == "haproxy":
        lines = documented_lines("frontend site")
        seconds = f"timeout http-request {SECONDS_WITHOUT_A_BODY}s"
        lines = changed(lines, "timeout http-request 20s", seconds)
        return HAPROXY_FILE.format(lines=lines, port=port, site_port=site_port)
    lines = changed(documented_lines("example.com"), "example.com", f"http://localhost:{port}")
    return CADDY_FILE.format(lines=changed(lines, "127.0.0.1:8000", f"127.0.0.1:{site_port}"))


@contextmanager
def running(name: str, site_port: int, folder: Path) -> Iterator[int]:
    """Run the proxy in front of a site, and yield its port."""
    program = shutil.which(name, path=f"{os.defpath}:/usr/sbin:/usr/local/bin")
    if program is None:
        pytest.skip(f"NOT RUN: there is no {name} on this machine")
    port, file = free_port(), folder / name
    file.write_text(configuration(name, port, site_port))
    arguments = {
        "haproxy": ["-db", "-f", str(file)],
        "caddy": ["run", "--adapter", "caddyfile", "--config", str(file)],
    }
    home = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, *arguments[name]], env=home, stdout=log, stderr=log)
    try:
        wait_until(lambda: is_open(port), process, name)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def is_open(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, path: str, **headers: str) -> tuple[int, str]:
    with closing(HTTPConnection("localhost", port, timeout=30)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@PROXIES
def test_the_site_learns_the_visitors_address_and_nothing_that_a_visitor_claims(
    name: str, tmp_path: Path
) -> None:
    stand_in = StandIn()
    with running(name, stand_in.server.server_port, tmp_path) as port:
        received = json.loads(ask(port, "/", **FORGED)[1])
    stand_in.stop()
    headers = {name.lower(): value for name, value in received.items()}
    trusted = [ip_network("192.0.2.0/24")]
    address = client_address("192.0.2.1", headers["x-forwarded-for"], trusted)

    assert address in {"127.0.0.1", "::1"}
    assert "203.0.113.9" not in headers["x-forwarded-for"]
    assert "203.0.113.10" not in headers["x-forwarded-for"]
    assert headers["host"].startswith("localhost")


@PROXIES
def test_bodies_that_never_come_do_not_stop_the_site(name: str, tmp_path: Path) -> None:
    with (
        web_server(tmp_path, DATABASE_URL="sqlite://:memory:") as site,
        running(name, site.port, tmp_path) as port,
        ExitStack() as opened,
    ):
        for _ in range(20):
            slow = opened.enter_context(socket.create_connection(("127.0.0.1", port), 30))
            slow.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\nhalf")
        time.sleep(0.5)
        begun = time.monotonic()
        status, _ = ask(port, "/healthz")
        seconds = time.monotonic() - begun
        if name == "haproxy":  # Caddy passes on no answer before the request is complete
            assert slow.recv(200).split(b"\r\n")[0].split(b" ")[1] == b"408"

    assert (status, seconds < 5) == (200, True)
