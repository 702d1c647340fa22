"""Make sure that one web server at a time listens on a port (plain Python, no Django).

The processes of the web server share a port with SO_REUSEPORT. So does a forgotten server of the
same account: it would get a part of the requests, and nothing would say so.
"""

import errno
import socket
import sys

HIGHEST = 65535


class PortError(Exception):
    """A port cannot be used. The text is one sentence."""


class PortTaken(PortError):
    """Another program listens on the port, or is about to."""


def parse(text: str) -> int:
    """Return the number of a port. Raises PortError if the text is none."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= HIGHEST:
        raise PortError(f"PORT must be a number from 1 to {HIGHEST}, not {text!r}.")
    return int(text)


def require_free(address: str, port: int) -> None:
    """Raise PortTaken if somebody listens on a port, PortError if we may not.

    `address` is the network address to listen on, IPv4 or IPv6.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        # Connections in TIME_WAIT do not make a port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            raise PortError(f"Port {port} needs more rights.") from None
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise PortError(f"{address} is no address of this machine.") from None
            raise PortTaken(f"Port {port} is already in use.") from None


def reserve(port: int, user: str) -> socket.socket:
    """Reserve a port for one program of the kind `user`, until the returned socket is closed.

    Two programs that start in the same moment both find a port free; only one can reserve it. It is
    released when the program ends, however it ends. Does nothing except on Linux, since only there
    sockets have abstract names. Raises PortTaken.
    """
    holder = socket.socket(socket.AF_UNIX)
    if sys.platform == "linux":
        try:
            holder.bind(f"\0clinic-{user}-{port}")
        except OSError:
            holder.close()
            raise PortTaken(f"Port {port} is already in use.") from None
    return holder
