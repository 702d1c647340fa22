"""A lock that lets one upgrade at a time change a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction

from clinic.lib import file_lock
from clinic.lib.second_connection import second_connection
from clinic.lib.sqlite import database_file
from clinic.upgrade.problem import UpgradeProblem

ALIAS = "upgrade-lock"
LOCK_NUMBER = 7_236_842_019
"""The key of PostgreSQL's advisory lock. Nothing else here uses this number."""
RUNNING = "Another upgrade of this database is running. Wait until it has ended."


@contextmanager
def upgrade_lock() -> Iterator[None]:
    """Hold the lock of upgrades in this block. Raises UpgradeProblem if another one has it.

    The lock ends with the process, however it ends. PostgreSQL: an advisory lock in a transaction
    of a connection of its own, which works behind a pooler and for several machines. SQLite: a
    locked file beside the database.
    """
    if connection.vendor == "postgresql":
        with _advisory_lock():
            yield
        return
    file = database_file() or Path(settings.DATA_DIR) / "clinic.sqlite3"
    lock = file_lock.acquire(file.with_name(f"{file.name}.upgrade-lock"))
    if lock is None:
        raise UpgradeProblem(RUNNING)
    with lock:
        yield


@contextmanager
def _advisory_lock() -> Iterator[None]:
    with second_connection(ALIAS), transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_NUMBER])
            has_lock = cursor.fetchone()[0]
        if not has_lock:
            raise UpgradeProblem(RUNNING)
        yield
