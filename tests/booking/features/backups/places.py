"""Other databases and folders than those of the test: where a backup is made or restored."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from booking.features.backups.actions.restore import RestoreReport, Say, restore_backup
from booking.features.backups.models import BackupRun
from clinic.lib import sqlite
from clinic.lib.dates import clock
from tests import migrated

NewPlace = Callable[..., AbstractContextManager[None]]
"""Makes an empty database and MEDIA_ROOT that are the default ones within its block."""
_numbers = count(1)
FINGERPRINT = migrated.fingerprint()
"""Of the program as it was loaded: files may change while tests run."""


@contextmanager
def at(database: dict[str, Any], media: Path) -> Iterator[None]:
    """Within this block, the default database is another one, and files are in a folder."""
    tested, tested_settings = connections["default"], connections.settings["default"]
    storages = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(media)},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    connections.settings["default"] = database
    del connections["default"]
    try:
        with override_settings(STORAGES=storages, MEDIA_ROOT=media):
            yield
    finally:
        connections["default"].close()
        connections.settings["default"] = tested_settings
        connections["default"] = tested


def new_sqlite(folder: Path) -> dict[str, Any]:
    """Return the settings of an empty, migrated SQLite database: a file in a folder."""
    file = folder / f"place-{next(_numbers)}.sqlite3"
    template = migrated.kept_file() or _migrate_once(folder)
    shutil.copyfile(template, file)
    return _settings(f"sqlite:///{file}", sqlite.connection_options())


@contextmanager
def new_tested(folder: Path) -> Iterator[dict[str, Any]]:
    """Make an empty, migrated database of the kind that is tested, and drop it at the end."""
    if connection.vendor == "sqlite":
        yield new_sqlite(folder)
        return
    with _new_on_server(f"migrated_{FINGERPRINT}") as database:
        yield database


@contextmanager
def copy_of(database: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Copy a database of the kind that is tested, and drop the copy at the end."""
    if connection.vendor == "postgresql":
        with _new_on_server(str(database["NAME"])) as copy:
            yield copy
        return
    file = folder / f"place-{next(_numbers)}.sqlite3"
    shutil.copyfile(database["NAME"], file)
    yield {**database, "NAME": str(file), "OPTIONS": dict(database["OPTIONS"])}


@contextmanager
def _new_on_server(template: str) -> Iterator[dict[str, Any]]:
    """Copy a database of the PostgreSQL server, and drop the copy at the end."""
    name = f"place_{next(_numbers)}_{connection.settings_dict['NAME']}"
    server = connection
    with server._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield {**connections.settings["default"], "NAME": name}
    finally:
        with server._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _settings(url: str, options: dict[str, Any]) -> dict[str, Any]:
    parsed = {**dj_database_url.parse(url), "OPTIONS": options}
    return dict(connections.configure_settings({"default": parsed})["default"])


def _migrate_once(folder: Path) -> Path:
    """Migrate a database where none is kept, as when only PostgreSQL is tested."""
    file = folder.parent / "migrated.sqlite3"
    if not file.exists():
        with closing(sqlite3.connect(file)):
            pass
        with at(_settings(f"sqlite:///{file}", sqlite.connection_options()), folder):
            call_command("migrate", interactive=False, verbosity=0)
    return file


def restore(
    file: Path, *, stopped: bool = True, erasures: Path | None = None, say: Say = lambda _text: None
) -> RestoreReport:
    """Restore a backup into the default database; by default as when nothing ran since."""
    return restore_backup(file, erasure_list=erasures, site_was_stopped=stopped, say=say)


def add_run(kind: BackupRun.Kind, age: timedelta, **values: Any) -> None:
    """Record a backup or a drill of so long ago."""
    BackupRun.objects.create(
        kind=kind,
        started_at=clock.now() - age,
        duration=timedelta(minutes=6),
        rows=420,
        size=1_500_000,
        **values,
    )
