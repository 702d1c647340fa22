"""A limit for the time that a request waits for PostgreSQL, for all its statements together.

The server's own limits count each lock and each statement apart, and a server that has stopped
(a frozen machine, a hanging disk, a network that swallows packets) keeps none of them. So
psycopg2 is told to wait with a function of ours, which gives up when the time is used up;
psycopg2 then closes the connection. Connecting counts too; the program's own work does not.

    install()                          # once in the process
    with wait_limit(5):
        ...                            # raises OperationalError after 5 seconds of waiting

Without a limit, and in processes without `install`, waiting is not limited here.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2 import extensions


@dataclass(slots=True)
class _Allowance:
    """How many seconds of waiting are left."""

    seconds: float


_allowance: ContextVar[_Allowance | None] = ContextVar("database_wait", default=None)


class WaitLimitExceeded(psycopg2.OperationalError):
    """PostgreSQL did not answer in time."""


def install() -> None:
    """Let psycopg2 keep to the limit in this process."""
    extensions.set_wait_callback(_wait)


@contextmanager
def wait_limit(seconds: float) -> Iterator[None]:
    """Limit how long the block waits for PostgreSQL. An inner limit replaces an outer one."""
    token = _allowance.set(_Allowance(seconds))
    try:
        yield
    finally:
        _allowance.reset(token)


def remaining_wait() -> float | None:
    """Return the seconds of waiting that are left, at least 0, or None if there is no limit."""
    allowance = _allowance.get()
    return None if allowance is None else max(0.0, allowance.seconds)


@contextmanager
def counted_waiting() -> Iterator[None]:
    """Count the time that the block takes as waiting."""
    allowance, begun = _allowance.get(), time.monotonic()
    try:
        yield
    finally:
        if allowance is not None:
            allowance.seconds -= time.monotonic() - begun


def _wait(connection: Any) -> None:
    """Wait until PostgreSQL has answered, as psycopg2 asks of a wait callback."""
    while (state := connection.poll()) != extensions.POLL_OK:
        poller = select.poll()
        wants_to_write = state == extensions.POLL_WRITE
        poller.register(connection.fileno(), select.POLLOUT if wants_to_write else select.POLLIN)
        remaining = remaining_wait()
        with counted_waiting():
            has_answer = poller.poll(None if remaining is None else 1000 * remaining)
        if not has_answer:
            raise WaitLimitExceeded("PostgreSQL did not answer in time.")
