"""Ports for servers that tests start."""

import secrets
import socket
from contextlib import closing

FIRST, NUMBER = 15_000, 15_000
"""Below those that the system gives to outgoing connections: one of them could take the port
between the moment it is chosen and the moment the server listens."""


def free_port() -> int:
    """Return a random port on which nothing listens; processes hardly ever choose the same."""
    while True:
        port = FIRST + secrets.randbelow(NUMBER)
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
