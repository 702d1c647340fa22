"""Connection options for SQLite, with the reasons."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

WAL_SAFE_VERSION = (3, 51, 3)
"""Older versions can corrupt a WAL file when two connections write or checkpoint at once."""


def journal_mode() -> str:
    """Return WAL if this version of SQLite is safe with it, else the rollback journal."""
    return "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE_VERSION else "DELETE"


def database_file() -> Path | None:
    """Return the path of the database file; None for PostgreSQL and for a database in memory."""
    file = Path(str(connection.settings_dict["NAME"]))
    return file if connection.vendor == "sqlite" and file.is_file() else None


def make_folder(database: Mapping[str, Any]) -> None:
    """Make the folder of a database file if it is missing, for the site's account only.

    `database` is one of Django's DATABASES. Raises ImproperlyConfigured if it cannot be made.
    """
    if not database["ENGINE"].endswith("sqlite3"):
        return
    folder = Path(str(database["NAME"])).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder of the database, {folder}, cannot be made ({error.strerror}); DATA_DIR or "
            "DATABASE_URL names it."
        ) from error


def connection_options() -> dict[str, Any]:
    """Return OPTIONS for Django's SQLite backend.

    With IMMEDIATE a transaction takes the write lock when it begins. Otherwise two transactions
    that read and then write end in "database is locked", whatever the timeout.
    """
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode={journal_mode()};"
            "PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-16000;"
        ),
    }
