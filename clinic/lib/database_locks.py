"""Locks on something that has no row of its own, until the transaction ends."""

from hashlib import sha256

from django.db import connection


def lock_name(name: str) -> None:
    """Wait until no other transaction has locked this name; lock it until this one ends.

    Call it inside a transaction. On SQLite the transaction that writes is the lock already.
    """
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
