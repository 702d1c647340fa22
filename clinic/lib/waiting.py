"""Limit how long a transaction waits for locks, for all of them together.

PostgreSQL's lock_timeout counts each lock apart. Here it is set again, to what is left, whenever
some time has passed (SET LOCAL, so it works with a connection pool too). Under a limit of all
waiting (`clinic.lib.database_wait`) statements are limited as well: one that locks many rows can
wait for each of them.

SQLite has one lock for all writers. They wait by sleeping and trying again, which starves some of
them; therefore the threads of this process queue for a lock of its own first.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from clinic.lib.database_wait import counted_waiting, remaining_wait

ANSWER_SECONDS = 0.2
"""The database gives up this much before we do, so that its answer arrives in time."""
REFRESH_SECONDS = 0.25
MIN_SECONDS = 0.05
DEFAULT_SQLITE_SECONDS = 20.0

_sqlite_write_lock = Lock()


class WaitedTooLong(Exception):
    """Another thread of this process did not finish its transaction in time (SQLite)."""


@contextmanager
def limited_waiting(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    """Limit the waiting of the transaction that is opened inside.

    It is `seconds` on PostgreSQL, the `timeout` of the connection on SQLite, and in any case at
    most what `wait_limit` has left. Raises WaitedTooLong; the database raises
    OperationalError.
    """
    if connection.vendor == "postgresql":
        with connection.execute_wrapper(_Limits(seconds)):
            yield
    elif connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _sqlite_turn(connection):
            yield
    else:
        yield


class _Limits:
    """Sets the limits of a transaction before its first statement, and when time has passed."""

    def __init__(self, seconds: float) -> None:
        self.limits_statements = remaining_wait() is not None
        self.until = time.monotonic() + seconds
        self.set_at = float("-inf")

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        now = time.monotonic()
        if now - self.set_at > REFRESH_SECONDS:
            left = remaining_wait()
            seconds = self.until - now if left is None else min(left, self.until - now)
            self._set(context["connection"], seconds)
            self.set_at = now
        return execute(sql, params, many, context)

    def _set(self, connection: BaseDatabaseWrapper, seconds: float) -> None:
        margin = ANSWER_SECONDS if self.limits_statements else 0
        wait = int(1000 * max(MIN_SECONDS, seconds - margin))
        statement = f"SET LOCAL lock_timeout = {wait}"
        if self.limits_statements:
            statement += f"; SET LOCAL statement_timeout = {wait + 50}"
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def _sqlite_turn(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait for the other threads of this process, then let SQLite wait for what time is left."""
    usual = float(connection.settings_dict["OPTIONS"].get("timeout", DEFAULT_SQLITE_SECONDS))
    with counted_waiting():
        has_turn = _sqlite_write_lock.acquire(timeout=_sqlite_seconds(usual))
    if not has_turn:
        raise WaitedTooLong
    try:
        _set_busy_timeout(connection, _sqlite_seconds(usual))
        yield
    finally:
        _sqlite_write_lock.release()
        if connection.connection is not None:
            _set_busy_timeout(connection, usual)


def _sqlite_seconds(usual: float) -> float:
    left = remaining_wait()
    return usual if left is None else min(usual, left)


def _set_busy_timeout(connection: BaseDatabaseWrapper, seconds: float) -> None:
    connection.ensure_connection()
    milliseconds = int(1000 * max(MIN_SECONDS, seconds))
    connection.connection.execute(f"PRAGMA busy_timeout = {milliseconds}").close()
