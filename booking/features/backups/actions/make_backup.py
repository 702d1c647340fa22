"""Make a backup: all tables and all uploaded files in one archive, while the site runs."""

import shutil
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.db import Error, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Model

from booking.features.backups.actions.snapshot import FOLDER_PREFIX, snapshot
from booking.features.backups.actions.writing import (
    PARTIAL_SUFFIX,
    new_archive,
    write_media,
    write_member,
)
from booking.features.backups.errors import BackupProblem
from booking.features.backups.models import BackupRun
from booking.features.backups.queries import manifest as manifests
from booking.features.backups.queries.keeping import backup_name, backups_in, backups_to_keep
from booking.features.backups.queries.manifest import Manifest, TableEntry
from booking.features.backups.queries.rows import encoded_rows
from booking.features.backups.queries.tables import backed_up_models, table_columns
from clinic.lib.database_errors import cannot_write
from clinic.lib.dates import clock

ABANDONED_AFTER = timedelta(days=1)
"""Unfinished files of a backup that was killed are deleted after this time."""


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What a backup holds: tables, rows, uploaded files, bytes; and how many seconds it took."""

    file: Path
    started_at: datetime
    tables: int
    rows: int
    files: int
    size: int
    seconds: float


def make_backup(target: Path, *, record: bool = True) -> BackupSummary:
    """Write a backup to a file that must not exist yet, and remember that it was made.

    It is consistent whatever is booked meanwhile. With `record=False` it is not remembered, as for
    a drill. Raises BackupProblem.
    """
    _require_migrated()
    summary = _write_backup(target, list(backed_up_models()))
    if record:
        record_backup(summary)
    return summary


def make_backup_before_upgrade(target: Path) -> BackupSummary:
    """Write a backup of a database that lacks migrations of this code.

    `restore` puts it into the same older schema and then migrates it. It is not remembered, because
    the table for that may be missing; call `record_backup` afterwards. Raises BackupProblem.
    """
    return _write_backup(target, list(backed_up_models(_applied_models())))


def record_backup(summary: BackupSummary) -> None:
    """Remember that a backup was made, for `doctor` and the owner."""
    BackupRun.objects.create(
        kind=BackupRun.Kind.BACKUP,
        started_at=summary.started_at,
        duration=timedelta(seconds=summary.seconds),
        rows=summary.rows,
        size=summary.size,
    )


def make_backup_in(
    folder: Path, make: Callable[[Path], BackupSummary] = make_backup
) -> tuple[BackupSummary, list[Path]]:
    """Make a backup in a folder and delete those that are kept no longer. Returns both.

    How many are kept is in BACKUP_KEEP_DAYS, BACKUP_KEEP_MONTHS and BACKUP_KEEP_YEARS. The folder
    is made if it is missing. Other files in it stay. Raises BackupProblem.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupProblem(f"{folder} cannot be made ({error.strerror}).") from error
    summary = make(folder / backup_name(clock.now()))
    found = backups_in(folder)
    kept = backups_to_keep(
        found,
        days=settings.BACKUP_KEEP_DAYS,
        months=settings.BACKUP_KEEP_MONTHS,
        years=settings.BACKUP_KEEP_YEARS,
    )
    old = [path for time, path in sorted(found.items()) if time not in kept]
    for path in old:
        path.unlink(missing_ok=True)
    _delete_abandoned(folder)
    return summary, old


def _write_backup(target: Path, models: Sequence[type[Model]]) -> BackupSummary:
    began, now = time.monotonic(), clock.now()
    with new_archive(target) as archive:
        manifest = _write_content(archive, target.parent, models, now)
        text = manifest.to_json()
        write_member(archive, manifests.MANIFEST, [text])
        write_member(archive, manifests.SIGNATURE, [manifests.sign(text).encode()])
    return BackupSummary(
        file=target,
        started_at=now,
        tables=len(manifest.tables),
        rows=sum(table.rows for table in manifest.tables),
        files=len(manifest.files),
        size=target.stat().st_size,
        seconds=time.monotonic() - began,
    )


def _delete_abandoned(folder: Path) -> None:
    """Delete what backups that were killed have left, if nobody can be writing it any more."""
    latest = time.time() - ABANDONED_AFTER.total_seconds()
    for path in [*folder.glob(f".*{PARTIAL_SUFFIX}"), *folder.glob(f"{FOLDER_PREFIX}*")]:
        if path.stat().st_mtime >= latest:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _write_content(
    archive: zipfile.ZipFile, folder: Path, models: Sequence[type[Model]], now: datetime
) -> Manifest:
    """Write tables and uploaded files, and return what was written.

    The files come after the tables: so every file that a row names is there.
    """
    try:
        with snapshot(folder) as alias:
            tables = [_write_table(archive, model, alias) for model in models]
            migrations = _applied_migrations(alias)
    except Error as error:
        if cannot_write(error):
            raise BackupProblem(f"The disk of {folder} is full.") from error
        raise
    return Manifest(
        format=manifests.FORMAT,
        version=settings.VERSION,
        database=connection.vendor,
        taken_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        keys=manifests.key_fingerprints(),
        migrations=migrations,
        tables=tables,
        files=write_media(archive),
    )


def _write_table(archive: zipfile.ZipFile, model: type[Model], alias: str) -> TableEntry:
    name, rows = model._meta.db_table, 0

    def lines() -> Iterator[bytes]:
        nonlocal rows
        for line in encoded_rows(model, alias):
            rows += 1
            yield line

    _size, digest = write_member(archive, f"{manifests.TABLES}{name}.jsonl", lines())
    return TableEntry(name, table_columns(model), rows, _last_key(model, alias), digest)


def _last_key(model: type[Model], alias: str) -> int | None:
    """Return the last key that the database gave to a row, also if that row is gone.

    A key is not given twice after a restore: others, such as the keys of mails, are made of it.
    """
    if model._meta.auto_field is None:
        return None
    counted = model._meta.auto_field.name
    last = model._base_manager.using(alias).aggregate(last=Max(counted))["last"]
    table, column = model._meta.db_table, model._meta.auto_field.column
    with connections[alias].cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
            sequence = cursor.fetchone()[0]
            cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608
        row = cursor.fetchone()
    return max(last or 0, row[0] if row else 0)


def _require_migrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupProblem("The database is not up to date. Run: manage.py upgrade")


def _applied_models() -> Apps:
    """Return the models as the applied migrations have left them."""
    loader = MigrationLoader(connection)
    applied = [key for key in loader.applied_migrations if key in loader.graph.nodes]
    return loader.project_state(applied).apps


def _applied_migrations(alias: str) -> list[str]:
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)
