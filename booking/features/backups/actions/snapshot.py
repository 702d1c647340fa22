"""One state of the database, for as long as it takes to read all of it, while the site runs."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections, transaction

from clinic.lib.second_connection import second_connection

ALIAS = "backup-snapshot"
FOLDER_PREFIX = ".backup-snapshot-"


@contextmanager
def snapshot(folder: Path) -> Iterator[str]:
    """Open one state of the database and yield the alias of its connection.

    PostgreSQL: a transaction that reads only, with REPEATABLE READ. SQLite: a copy by the online
    backup API in a private folder inside `folder`, since a long transaction would make everybody
    who writes wait; to copy takes seconds, and the copy is deleted at the end.
    """
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=folder) as private:
            copy = Path(private) / "copy.sqlite3"
            _copy_sqlite(copy)
            with second_connection(ALIAS, {"NAME": str(copy)}), transaction.atomic(using=ALIAS):
                yield ALIAS
        return
    with second_connection(ALIAS), transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT 1")  # the state is that of the first query
        yield ALIAS


def _copy_sqlite(copy: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)  # all pages at once: others wait least
