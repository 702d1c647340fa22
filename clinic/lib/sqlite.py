"""How SQLite is opened, and why."""

import sqlite3
from typing import Any

WAL_SAFE_VERSION = (3, 51, 3)
"""Older libraries can corrupt a WAL file when two connections write or checkpoint at once."""


def journal_mode() -> str:
    """WAL where it is sound, else the rollback journal."""
    return "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE_VERSION else "DELETE"


def connection_options() -> dict[str, Any]:
    """Options for Django's SQLite backend.

    IMMEDIATE: a transaction takes the write lock when it begins; otherwise two that have read
    and then want to write end in "database is locked", whatever the timeout.
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
