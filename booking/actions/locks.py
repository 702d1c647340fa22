"""Locks, taken once, sorted, in the transaction.

PostgreSQL locks the rows of the candidate therapists, then of the rooms, each by id. NO KEY:
rows that merely point at them may still be written. On SQLite the transaction itself is the
lock (IMMEDIATE), and these are plain reads.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

from django.db import transaction

from booking.models import Room, Therapist

_turn = Lock()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A transaction that waits for its turn.

    Writers on SQLite wait by sleeping and trying again, which starves some of them; the threads
    of this process queue up instead. Within another transaction there is nothing to wait for:
    it has the lock already.
    """
    connection = transaction.get_connection()
    queue = connection.vendor == "sqlite" and not connection.in_atomic_block
    with _turn if queue else nullcontext(), transaction.atomic():
        yield


def lock_therapists_and_rooms(therapists: Iterable[int], rooms: Iterable[int]) -> None:
    """Wait until nobody else is booking any of them. Needs a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Locks last as long as a transaction: open one first.")
    for model, ids in ((Therapist, therapists), (Room, rooms)):
        rows = model._default_manager.filter(pk__in=set(ids)).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
