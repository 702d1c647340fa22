"""Try whether the database can save something, without changing it."""

import shutil

from django.db import Error, connection, transaction

from clinic.lib.database_errors import cannot_write, is_lock_timeout
from clinic.lib.sqlite import database_file

MIN_FREE_BYTES = 20_000_000
FULL, READ_ONLY = "The disk of the database is full.", "The database is read-only."
ALMOST_FULL = "The disk of the database is almost full."

# Rolled back. Every Django database has this table, and nobody waits for its rows.
UPDATE = (
    "UPDATE django_migrations SET name = name WHERE id = (SELECT MIN(id) FROM django_migrations)"
)
# Sorts 20,000 numbers with little memory, so PostgreSQL writes about a megabyte to its disk.
FILL_DISK = (
    "SET LOCAL work_mem = '64kB'",
    "SELECT count(*) FROM (SELECT n FROM generate_series(1, 20000) AS n ORDER BY random()) AS rows",
)


def find_write_problem() -> str:
    """Return why the database cannot save anything, or "" if it can.

    Raises DatabaseError if it does not answer. A lock that somebody else holds is no problem.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(UPDATE)
            if connection.vendor == "postgresql":
                for statement in FILL_DISK:
                    cursor.execute(statement)
            transaction.set_rollback(True)
    except Error as error:
        if is_lock_timeout(error):
            return ""
        if not cannot_write(error):
            raise
        text = str(error).lower()
        return READ_ONLY if "read-only" in text or "readonly" in text else FULL
    return ALMOST_FULL if _free_bytes() < MIN_FREE_BYTES else ""


def _free_bytes() -> float:
    """Return the free bytes of the disk that SQLite's file is on; infinite for anything else."""
    file = database_file()
    return float("inf") if file is None else shutil.disk_usage(file.parent).free
