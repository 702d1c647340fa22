"""Locks, taken once, sorted, in the transaction.

PostgreSQL locks the rows of the candidate therapists, then of the rooms, each by id. NO KEY:
rows that merely point at them may still be written. On SQLite the transaction itself is the
lock (IMMEDIATE), and these are plain reads.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

from django.db import transaction
from django.db.models import QuerySet

from booking.models import Room, Therapist

_sqlite_write_lock = Lock()


@contextmanager
def write_transaction() -> Iterator[None]:
    """A transaction that waits for its turn.

    Writers on SQLite wait by sleeping and trying again, which starves some of them; the threads
    of this process queue up instead. Within another transaction there is nothing to wait for:
    it has the lock already.
    """
    connection = transaction.get_connection()
    queue = connection.vendor == "sqlite" and not connection.in_atomic_block
    with _sqlite_write_lock if queue else nullcontext(), transaction.atomic():
        yield


def lock_therapists(ids: Iterable[int]) -> None:
    """Wait until nobody else is booking any of them. Always before rooms."""
    _lock_rows(Therapist.objects.filter(pk__in=set(ids)))


def lock_rooms(ids: Iterable[int]) -> None:
    """Wait until nobody else is booking any of them. Always after therapists."""
    _lock_rows(Room.objects.filter(pk__in=set(ids)))


def _lock_rows(rows: "QuerySet[Therapist] | QuerySet[Room]") -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Locks last as long as a transaction: open one first.")
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
