"""Transactions and row locks of actions.

An action locks the therapists and rooms that it may use in one call, at the beginning of its
transaction, and locks the appointment after that:

    @write_action
    def restore_appointment(appointment, *, by):
        ...
        with write_transaction():
            lock_resources(therapists=[...], rooms=[...])
            row = lock_appointment(appointment)

`lock_resources` locks therapists before rooms, each sorted by primary key, so that two actions
cannot block each other. The locks are FOR NO KEY UPDATE: other transactions may still insert rows
that refer to a locked one. On SQLite the transaction itself is the lock (BEGIN IMMEDIATE), and the
queries of `lock_resources` are plain reads.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from booking.constraints import translate_violations
from booking.errors import ChangeInProgress, RoomTaken, SlotTaken
from booking.models import Room, Therapist
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.database_errors import (
    is_lock_timeout,
    is_statement_timeout,
    is_transaction_conflict,
)
from clinic.lib.waiting import WaitedTooLong, limited_waiting

Params = ParamSpec("Params")
Result = TypeVar("Result")
log = logging.getLogger(__name__)

LOCK_TIMEOUT_MS = 5_000
"""How long a transaction on PostgreSQL waits for locks before the action is refused, for all of
them together. SQLite has a setting of its own, the `timeout` of the connection."""

DOUBLE_BOOKING_ERRORS = {
    "therapist_double_booking": SlotTaken,
    "room_double_booking": RoomTaken,
}
"""What a violation of these constraints becomes."""


class LockOrderError(RuntimeError):
    """Locks were requested outside a transaction, or a second time in one: a programming error."""


@dataclass(frozen=True, slots=True)
class _Locked:
    """Primary keys of the locked therapists and rooms; `everything` includes later rows."""

    therapists: frozenset[int]
    rooms: frozenset[int]
    everything: bool = False

    def includes(self, requested: "_Locked") -> bool:
        return self.everything or (
            requested.therapists <= self.therapists and requested.rooms <= self.rooms
        )


@dataclass(slots=True)
class _OpenTransaction:
    """One `write_transaction`, perhaps inside another, and what it has locked."""

    outer: "_OpenTransaction | None"
    locked: _Locked | None = None

    def inherited(self) -> _Locked | None:
        """Return what the enclosing transactions have locked."""
        enclosing = self.outer
        while enclosing is not None and enclosing.locked is None:
            enclosing = enclosing.outer
        return enclosing.locked if enclosing is not None else None


_open_transaction: ContextVar[_OpenTransaction | None] = ContextVar(
    "open_transaction", default=None
)


def write_action(action: Callable[Params, Result]) -> Callable[Params, Result]:
    """Decorate an action that opens a `write_transaction`.

    If the database gives up the transaction because of a deadlock or a serialization failure, the
    whole action runs once more. Raises ChangeInProgress if that fails too, or if a lock was not
    released in time. An action called by another leaves both to the outermost one.
    """

    @wraps(action)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        if _open_transaction.get() is not None:
            return action(*args, **kwargs)
        try:
            return action(*args, **kwargs)
        except OperationalError as error:
            if _has_waited_too_long(error):
                raise ChangeInProgress() from error
            if not is_transaction_conflict(error):
                raise
            log.warning(
                "Action %s is tried again after a conflict in the database: %s",
                action.__name__,
                type(error.__cause__).__name__,
            )
        try:
            return action(*args, **kwargs)
        except OperationalError as error:
            if _has_waited_too_long(error) or is_transaction_conflict(error):
                raise ChangeInProgress() from error
            raise

    return run


@contextmanager
def write_transaction() -> Iterator[None]:
    """Open a transaction that changes appointments, or a savepoint inside such a transaction.

    Raises SlotTaken or RoomTaken where the database refuses a double booking, and
    ChangeInProgress if another thread of this process does not end in time (SQLite).
    """
    connection = transaction.get_connection()
    outer = _open_transaction.get()
    current = _OpenTransaction(outer)
    limits = limited_waiting(connection, LOCK_TIMEOUT_MS / 1000) if outer is None else nullcontext()
    token = _open_transaction.set(current)
    try:
        with limits, translate_violations(DOUBLE_BOOKING_ERRORS), transaction.atomic():
            yield
    except WaitedTooLong as error:
        raise ChangeInProgress from error
    finally:
        _open_transaction.reset(token)
    # Not after an exception: what was locked inside a savepoint is released with it.
    if outer is not None and outer.inherited() is None:
        outer.locked = outer.locked or current.locked


def lock_resources(*, therapists: Iterable[int], rooms: Iterable[int] = ()) -> None:
    """Lock therapists and rooms (primary keys), and wait while another transaction has them.

    They stay locked until the transaction ends. Raises LockOrderError outside a
    `write_transaction` and on a second call in the same one. An action inside another one may
    lock only what the outer one has locked; then nothing is left to lock.
    """
    _lock(_Locked(frozenset(therapists), frozenset(rooms)))


def lock_all_resources() -> None:
    """Lock all therapists and rooms, for changes that may touch any appointment."""
    therapists = Therapist.objects.values_list("pk", flat=True)
    rooms = Room.objects.values_list("pk", flat=True)
    _lock(_Locked(frozenset(therapists), frozenset(rooms), everything=True))


def _lock(requested: _Locked) -> None:
    current = _open_transaction.get()
    if current is None:
        raise LockOrderError("Locks last as long as a transaction: open a write_transaction first.")
    if current.locked is not None:
        raise LockOrderError("lock_resources() may be called only once in a transaction.")
    inherited = current.inherited()
    if inherited is None:
        _lock_therapists(sorted(requested.therapists))
        _lock_rooms(sorted(requested.rooms))
    elif not inherited.includes(requested):
        raise LockOrderError("The outer transaction has not locked all that this action needs.")
    current.locked = requested


@compiled_query
def _lock_therapists(pks: Sequence[int]) -> "QuerySet[Therapist, int]":
    rows = Therapist.objects.filter(pk__in=pks).order_by("pk")
    return rows.select_for_update(no_key=True).values_list("pk", flat=True)


@compiled_query
def _lock_rooms(pks: Sequence[int]) -> "QuerySet[Room, int]":
    rows = Room.objects.filter(pk__in=pks).order_by("pk")
    return rows.select_for_update(no_key=True).values_list("pk", flat=True)


def _has_waited_too_long(error: OperationalError) -> bool:
    """Whether a lock was not released in time. The statements of an action are quick, so one that
    takes too long is one that waits."""
    return is_lock_timeout(error) or is_statement_timeout(error)
