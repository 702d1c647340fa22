"""Locks by name, for things that have no row, until the end of the transaction."""

from hashlib import sha256

from django.db import connection


def lock_name(name: str) -> None:
    """Lock a name until the end of the transaction; wait while another transaction has it.

    Call it inside a transaction. SQLite needs no such lock: it has one writer at a time.
    """
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
