"""Locks are taken once and in order; actions are retried once after a database conflict."""

import ast
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psycopg2.errors
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from booking.actions import locks
from booking.actions.locks import (
    LockOrderError,
    lock_all_resources,
    lock_resources,
    write_action,
    write_transaction,
)
from booking.errors import ChangeInProgress
from clinic.lib import waiting
from clinic.lib.database_errors import is_connection_lost, is_lock_timeout, is_transaction_conflict
from clinic.lib.database_wait import counted_waiting, wait_limit
from clinic.lib.waiting import WaitedTooLong
from tests.factories import TherapistFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ROOT = Path(__file__).resolve().parents[2]


class Deadlock(psycopg2.errors.DeadlockDetected):
    pgcode = "40P01"


class SerializationFailure(psycopg2.errors.SerializationFailure):
    pgcode = "40001"


class LockTimeout(psycopg2.errors.LockNotAvailable):
    pgcode = "55P03"


class ServerStops(psycopg2.errors.AdminShutdown):
    pgcode = "57P01"


class DiskFull(psycopg2.errors.DiskFull):
    pgcode = "53100"


def database_error(cause: Exception) -> OperationalError:
    """As Django raises it."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def failing(*causes: Exception) -> tuple[Callable[[], str], list[int]]:
    """An action that ends in these errors, one a call, and then succeeds; and its calls."""
    calls: list[int] = []

    @write_action
    def act() -> str:
        calls.append(len(calls))
        if len(calls) <= len(causes):
            raise database_error(causes[len(calls) - 1])
        return "done"

    return act, calls


def lock_twice() -> None:
    lock_resources(therapists=[1])
    lock_resources(therapists=[1])


def test_therapists_are_locked_before_rooms_each_sorted_by_key() -> None:
    with write_transaction(), CaptureQueriesContext(connection) as captured:
        lock_resources(therapists=[3, 1], rooms=[2])
    first, second = (query["sql"] for query in captured.captured_queries)
    assert ('FROM "booking_therapist"' in first, 'FROM "booking_room"' in second) == (True, True)
    for query in (first, second):
        assert query.partition(" ORDER BY ")[2].partition(" FOR ")[0] == "1 ASC"
    if connection.vendor == "postgresql":
        assert first.endswith("FOR NO KEY UPDATE")


def test_a_lock_without_a_transaction_is_a_programming_error() -> None:
    with pytest.raises(LockOrderError):
        lock_resources(therapists=[1])


def test_a_second_call_in_one_transaction_is_a_programming_error() -> None:
    with write_transaction():
        lock_resources(therapists=[1], rooms=[1])
        with pytest.raises(LockOrderError):
            lock_resources(therapists=[1], rooms=[1])


def test_an_action_inside_another_may_use_what_that_one_has_locked_and_no_more() -> None:
    with write_transaction():
        lock_resources(therapists=[1, 2], rooms=[1])
        for _ in range(2):
            with write_transaction(), CaptureQueriesContext(connection) as captured:
                lock_resources(therapists=[2], rooms=[1])
            assert len(captured) == 0
        with pytest.raises(LockOrderError), write_transaction():
            lock_resources(therapists=[2], rooms=[2])
        with pytest.raises(LockOrderError), write_transaction():
            lock_resources(therapists=[3], rooms=[1])


def test_an_outer_action_cannot_lock_after_an_inner_one() -> None:
    with write_transaction():
        with write_transaction():
            lock_resources(therapists=[1])
        with pytest.raises(LockOrderError):
            lock_resources(therapists=[1, 2])


def test_a_failed_inner_action_releases_its_locks() -> None:
    with write_transaction():
        with pytest.raises(LockOrderError), write_transaction():
            lock_twice()
        with CaptureQueriesContext(connection) as captured:
            lock_resources(therapists=[1, 2])
        assert len(captured) == 1  # no room is wanted, so none is asked for


def test_all_resources_include_therapists_added_meanwhile() -> None:
    with write_transaction():
        lock_all_resources()
        fresh = TherapistFactory()
        with write_transaction():
            lock_resources(therapists=[fresh.pk])


def test_each_transaction_may_lock_again() -> None:
    for _ in range(2):
        with write_transaction():
            lock_resources(therapists=[1])


@pytest.mark.parametrize("cause", [Deadlock, SerializationFailure])
def test_an_action_is_retried_once_after_a_conflict(cause: type[Exception]) -> None:
    act, calls = failing(cause())
    assert (act(), len(calls)) == ("done", 2)


@pytest.mark.parametrize("second", [Deadlock, SerializationFailure, LockTimeout])
def test_after_a_second_conflict_the_user_is_asked_to_try_again(second: type[Exception]) -> None:
    act, calls = failing(Deadlock(), second())
    with pytest.raises(ChangeInProgress):
        act()
    assert len(calls) == 2


def test_a_lock_timeout_is_not_retried() -> None:
    act, calls = failing(LockTimeout())
    with pytest.raises(ChangeInProgress):
        act()
    assert len(calls) == 1


@pytest.mark.parametrize("cause", [ServerStops, DiskFull])
def test_other_errors_are_not_retried(cause: type[Exception]) -> None:
    act, calls = failing(cause())
    with pytest.raises(OperationalError):
        act()
    assert len(calls) == 1


def test_only_the_outer_action_is_retried() -> None:
    inner, calls = failing(Deadlock())
    outer_calls = []

    @write_action
    def outer() -> str:
        outer_calls.append(1)
        with write_transaction():
            return inner()

    assert (outer(), len(outer_calls), len(calls)) == ("done", 2, 2)


@pytest.mark.parametrize(
    ("cause", "reasons"),
    [
        (Deadlock(), (True, False, False)),
        (SerializationFailure(), (True, False, False)),
        (LockTimeout(), (False, True, False)),
        (ServerStops(), (False, False, True)),
        (psycopg2.OperationalError("could not connect to server"), (False, False, True)),
        (DiskFull(), (False, False, False)),
    ],
)
def test_database_errors_are_recognised_by_their_code(
    cause: Exception, reasons: tuple[bool, bool, bool]
) -> None:
    error = database_error(cause)
    found = (is_transaction_conflict(error), is_lock_timeout(error), is_connection_lost(error))
    assert found == reasons


def test_postgresql_waits_for_a_lock_for_a_limited_time() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has a setting of its own")
    with write_transaction():
        assert locks.LOCK_TIMEOUT_MS - 500 < shown("lock_timeout") <= locks.LOCK_TIMEOUT_MS
        assert shown("statement_timeout") == 0


def test_in_a_request_postgresql_gives_up_before_the_request_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has a setting of its own")
    monkeypatch.setattr(waiting, "REFRESH_SECONDS", 0)
    with wait_limit(2), write_transaction():
        first = shown("lock_timeout")
        with counted_waiting():
            time.sleep(0.1)
        second, statement = shown("lock_timeout"), shown("statement_timeout")
    assert 1500 < first <= 1800
    assert statement > 1000
    assert second <= first - 100


def shown(setting: str) -> int:
    """A setting of PostgreSQL in milliseconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = %s", [setting])
        return int(cursor.fetchone()[0])


def test_a_thread_does_not_wait_longer_for_another_than_the_request_may_take() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only on SQLite do threads wait for each other")
    fake = SimpleNamespace(
        vendor="sqlite", in_atomic_block=False, settings_dict={"OPTIONS": {}}, connection=None
    )
    begun = time.monotonic()
    limits = waiting.limited_waiting(fake, 5)  # type: ignore[arg-type]
    with (
        waiting._sqlite_write_lock,
        wait_limit(0.2),
        pytest.raises(WaitedTooLong),
        limits,
    ):
        pass
    assert time.monotonic() - begun < 2


def test_every_function_that_opens_a_write_transaction_is_a_write_action() -> None:
    files = [*ROOT.glob("booking/actions/**/*.py"), *ROOT.glob("booking/features/**/*.py")]
    bare = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in files
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and path.name != "locks.py"
        and "write_transaction()" in ast.unparse(node)
        and "write_action" not in [ast.unparse(mark) for mark in node.decorator_list]
    ]
    assert bare == []
