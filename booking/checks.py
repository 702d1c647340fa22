"""System checks of this app for `manage.py check --deploy`."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Info, register
from django.db import connection

from clinic.lib.sqlite import journal_mode


@register(deploy=True)
def check_sqlite_journal_mode(**_: Any) -> Sequence[CheckMessage]:
    """Report which journal mode SQLite uses, and the reason."""
    if connection.vendor != "sqlite":
        return []
    version = sqlite3.sqlite_version
    if journal_mode() == "WAL":
        return [Info(f"SQLite {version} uses a write-ahead log.", id="booking.I001")]
    return [
        Info(
            f"SQLite {version} uses the rollback journal.",
            hint="Before 3.51.3, a write-ahead log can be corrupted when two connections write "
            "at the same moment. Use a Python with a newer SQLite, or PostgreSQL, for more speed.",
            id="booking.I002",
        )
    ]
