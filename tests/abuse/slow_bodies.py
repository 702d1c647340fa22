"""Requests without their bodies: 20 requests announce a form, and then send nothing."""

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.abuse.site import AbusedSite
from tests.abuse.visitor import Visitor
from tests.servers.nginx import caching_proxy, find_nginx

BODIES = 20
MAX_SECONDS = 5.0
"""For /healthz and a page, also on a busy machine; before, both hung for 90 seconds."""
ENDED_SECONDS = 30.0
REQUEST = (
    "POST /contact/message/ HTTP/1.1\r\nHost: localhost:{port}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
)


def run(site: AbusedSite) -> Iterator[tuple[str, bool]]:
    """Yield how long the site took meanwhile, without a proxy and with nginx in front."""
    yield from _try(site.port, "without a proxy")
    nginx = find_nginx()
    if nginx is None:
        yield "nginx is not installed: not tried behind it", True
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with caching_proxy(nginx, f"http://localhost:{site.port}", Path(folder)) as url:
            yield from _try(int(url.rpartition(":")[2]), "behind nginx")


def _try(port: int, where: str) -> Iterator[tuple[str, bool]]:
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            for _ in range(BODIES)
        ]
        for connection in slow:
            connection.sendall(REQUEST.format(port=port).encode())
        time.sleep(1)
        for path in ("/healthz", "/"):
            begun = time.monotonic()
            status = Visitor(port, "203.0.113.5").get(path).status
            seconds = time.monotonic() - begun
            line = f"{path} {where}, under {BODIES} bodies that never come: {seconds:.2f} seconds"
            yield f"{line} ({status})", status == 200 and seconds < MAX_SECONDS
        if where == "without a proxy":
            yield _ended(slow)


def _ended(slow: list[socket.socket]) -> tuple[str, bool]:
    """Return how many of the requests the site ends by itself."""
    deadline, ended = time.monotonic() + ENDED_SECONDS, 0
    for connection in slow:
        connection.settimeout(max(0.1, deadline - time.monotonic()))
        try:
            ended += b" 408 " in connection.recv(100)
        except OSError:
            continue
    return f"{ended} of {BODIES} were ended with 408", ended == BODIES
