"""A copy of the test database for a race.

SQLite's test database is in memory, where threads share one cache and nothing waits for a lock;
the copy is a file, opened as in production. On PostgreSQL a copy is made for tests that drop the
constraints.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

from booking.models import Appointment

SUFFIX = "_race"


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Use the copy for every new connection in any thread; yield its name."""
    usual = connections[DEFAULT_DB_ALIAS]
    usual_name = str(usual.settings_dict["NAME"])
    if usual.vendor == "sqlite":
        name = _copy_to_file(folder / "race.sqlite3")
    else:
        name = _copy_by_name(usual_name)
    connections.settings[DEFAULT_DB_ALIAS]["NAME"] = name
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield name
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = usual
        connections.settings[DEFAULT_DB_ALIAS]["NAME"] = usual_name
        if usual.vendor == "postgresql":
            _drop(name)


def connect_to(name: str) -> None:
    """Use the database with this name in this process; for worker processes."""
    if DEFAULT_DB_ALIAS in connections:
        connections[DEFAULT_DB_ALIAS].close()
        del connections[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS]["NAME"] = name
    connections[DEFAULT_DB_ALIAS].ensure_connection()


def drop_overlap_constraints() -> None:
    """Drop both overlap constraints for good. Only for a copy of the database."""
    connection = connections[DEFAULT_DB_ALIAS]
    assert "race" in str(connection.settings_dict["NAME"])
    table = Appointment._meta.db_table
    names = ("therapist_double_booking", "room_double_booking")
    with connection.cursor() as cursor:
        for name in names:
            if connection.vendor == "postgresql":
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
            else:
                cursor.execute(f'DROP TRIGGER "{name}_insert"')
                cursor.execute(f'DROP TRIGGER "{name}_update"')


def _copy_to_file(path: Path) -> str:
    usual = connections[DEFAULT_DB_ALIAS]
    usual.ensure_connection()
    copy = sqlite3.connect(path)
    usual.connection.backup(copy)
    copy.close()
    return str(path)


def _copy_by_name(usual_name: str) -> str:
    name = usual_name + SUFFIX
    _drop(name)
    usual = connections[DEFAULT_DB_ALIAS]
    usual.close()  # a template must have no other users
    with usual._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{usual_name}"')
    return name


def _drop(name: str) -> None:
    with connections[DEFAULT_DB_ALIAS]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
