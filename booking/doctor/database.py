"""Whether the database can be used, is up to date and can save."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.db import Error, NotSupportedError, connection

from clinic.lib.database_probe import find_write_problem
from clinic.lib.schema_version import (
    applied_migrations,
    missing_migrations,
    schema_digest,
    unknown_migrations,
)
from clinic.lib.sqlite import WAL_SAFE_VERSION, journal_mode

EXTENSIONS = frozenset({"btree_gist", "pg_trgm"})
"""The PostgreSQL extensions that the migrations need; both are in its contrib package."""


def check_database() -> Iterator[tuple[bool, str]]:
    """Check that the database answers, is migrated, and can save."""
    if problem := find_database_problem():
        yield False, problem
        return
    yield True, f"The database is up to date (schema {schema_digest()})."
    yield from _check_newer_version()
    problem = find_write_problem()
    yield not problem, _how_to_save(problem) if problem else "The database can save."
    yield True, _version()


def find_database_problem() -> str:
    """Return why the database cannot be used, with the way to mend it; "" if it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return _find_migration_problem()
    except NotSupportedError as error:
        return f"The database is too old for this program: {error} Upgrade it."
    except Error as error:
        return _describe_absence(error)


def _describe_absence(error: Error) -> str:
    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and not file.parent.is_dir():
        return f"There is no folder {file.parent} for the database. Run: mkdir -m 700 {file.parent}"
    if connection.vendor == "sqlite":
        return (
            f"The database {file} cannot be opened ({error}). Check that it belongs to the account "
            "that runs this command, and that it is an SQLite file."
        )
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"The database does not answer: {said}. Check that it runs, and DATABASE_URL."


def _find_migration_problem() -> str:
    missing = len(missing_migrations())
    if not missing:
        return ""
    if absent := _absent_extensions():
        return (
            f"PostgreSQL does not offer {', '.join(absent)}. Install its contrib package (Debian: "
            "postgresql-contrib), and run: manage.py migrate"
        )
    if not applied_migrations():
        return "The database is empty. Run: manage.py migrate"
    return f"The database lacks {missing} migrations. Run: manage.py upgrade"


def _check_newer_version() -> Iterator[tuple[bool, str]]:
    if unknown := unknown_migrations(applied_migrations()):
        app, name = unknown[0]
        yield (
            False,
            f"The database has {len(unknown)} migrations that this version does not know, such as "
            f"{app}.{name}. Install the newer version that made them, or restore a backup of this "
            "one.",
        )


def _absent_extensions() -> list[str]:
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions")
        offered = {name for (name,) in cursor.fetchall()}
    return sorted(EXTENSIONS - offered)


def _how_to_save(problem: str) -> str:
    return f"{problem} Bookings are refused. Make room on its disk, or make it writable."


def _version() -> str:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            (version,) = cursor.fetchone()
        return f"PostgreSQL {version}."
    wanted = ".".join(str(part) for part in WAL_SAFE_VERSION)
    why = "" if journal_mode() == "WAL" else f"; faster with {wanted} or newer, or PostgreSQL"
    return f"SQLite {sqlite3.sqlite_version}, with the {journal_mode()} journal{why}."
