"""A migrated test database, made once and copied.

Migrating an empty database takes half of the time of running one test file. The first process
that needs a database migrates it and keeps it; the others, and later runs, copy it.

SQLite: a file in the cache folder of pytest, copied into memory. PostgreSQL: a database on the
same server, used as TEMPLATE. Both are named after a hash of what migrations and models say, so
a change of either makes a new one. `pytest --cache-clear` forgets the files.
"""

import fcntl
import hashlib
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.core import management
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("clinic", "booking", "articles")
HASHED = ("migrations", "models", "screening", "second_factor_secrets", "consecutive")
"""Folders and modules that determine what `migrate` creates, with all that migrations import."""
KEPT = 3
FOLDER = "databases"
"""Its place in the cache folder of pytest."""
USUAL_FOLDER = ROOT / ".pytest_cache" / "d" / FOLDER
"""Where it usually is, used also by a run without a cache (`-p no:cacheprovider`)."""


def fingerprint() -> str:
    """Return a hash of everything that the migrated database depends on."""
    parts = [django.__version__, sqlite3.sqlite_version, sys.version]
    parts += [app.name for app in apps.get_app_configs()]
    digest = hashlib.sha256("\n".join(parts).encode())
    for path in hashed_files():
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def hashed_files() -> list[Path]:
    """Return the files of migrations and models, and the modules that migrations import."""
    files = {ROOT / "requirements.txt", *(ROOT / "clinic" / "lib").rglob("*.py")}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if {path.stem, *path.parts} & {*HASHED, "constraints"}:
                files.add(path)
    return sorted(files)


def kept_file() -> Path | None:
    """The SQLite file that an earlier run of the tests has kept, if there is one."""
    kept = USUAL_FOLDER / f"{fingerprint()}.sqlite3"
    return kept if kept.exists() else None


@contextmanager
def copied(cache: pytest.Cache | None) -> Iterator[None]:
    """Within this block, the first `migrate` on the empty test database copies a migrated one."""
    folder = cache.mkdir(FOLDER) if cache else USUAL_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    make: Callable[..., Any] = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite

    def instead(command: str, *arguments: Any, **options: Any) -> Any:
        if command != "migrate":
            return call_command(command, *arguments, **options)
        patch.undo()
        with _alone(folder):
            return make(folder, lambda: call_command(command, *arguments, **options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(management, "call_command", instead)
        yield


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let only one process at a time into the block."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _on_sqlite(folder: Path, migrate: Callable[[], None]) -> None:
    kept = folder / f"{fingerprint()}.sqlite3"
    connection.ensure_connection()
    if kept.exists():
        with closing(sqlite3.connect(kept)) as migrated:
            migrated.backup(connection.connection)
        return
    migrate()
    with tempfile.TemporaryDirectory(dir=folder) as draft:
        with closing(sqlite3.connect(Path(draft) / "new")) as copy:
            connection.connection.backup(copy)
        (Path(draft) / "new").replace(kept)
    for old in sorted(folder.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
        old.unlink()


def _on_postgresql(_folder: Path, migrate: Callable[[], None]) -> None:
    name = str(connection.settings_dict["NAME"])
    migrated = f"migrated_{fingerprint()}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [migrated])
        if cursor.fetchone():
            cursor.execute(f'DROP DATABASE "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')
            return
    migrate()
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{migrated}" TEMPLATE "{name}"')
