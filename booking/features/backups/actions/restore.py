"""Restore a backup into an empty place, and check what came out."""

import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from errno import ENOSPC
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.db import transaction

from booking.features.backups.actions.after_restore import hold_back_mails, put_jobs_off
from booking.features.backups.actions.loading import (
    compare_tables,
    load_tables,
    migrate_as,
    require_empty_database,
    require_known_migrations,
)
from booking.features.backups.actions.reading import file_chunks, open_backup
from booking.features.backups.actions.writing import stored_files
from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries.encrypted_rows import open_encrypted_rows
from booking.features.backups.queries.manifest import FileEntry, Manifest
from booking.queries.appointments.invariants import (
    check_invariants,
    overlapping_rooms,
    overlapping_therapists,
)
from booking.registries import erasures_after_restore
from booking.registries.erasures_after_restore import ErasureList
from clinic.lib.dates import clock
from clinic.lib.restore_steps import restore_steps

Say = Callable[[str], None]


class ArchivedFile(File):
    """A file of the archive, which a storage saves in chunks; its checksum is checked then."""

    def __init__(self, archive: zipfile.ZipFile, entry: FileEntry) -> None:
        super().__init__(None, name=entry.name)
        self._archive, self._entry = archive, entry

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return file_chunks(self._archive, self._entry)


@dataclass(slots=True)
class RestoreReport:
    """What was restored, and what was found afterwards. `seconds` is how long all of it took.

    `erased` are patients, `erased_rows` comments and other rows under an address alone.
    """

    taken_at: str
    rows: int = 0
    files: int = 0
    erased: int | None = None
    erased_rows: int = 0
    held_back: int = 0
    overlaps: int = 0
    faults: int = 0
    opened: int = 0
    unreadable: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_well(self) -> bool:
        """Whether no check found anything."""
        return not (self.overlaps or self.faults or self.unreadable)


def restore_backup(
    file: Path, *, erasure_list: Path | None, site_was_stopped: bool, say: Say
) -> RestoreReport:
    """Restore a backup into the empty database and the empty MEDIA_ROOT. Returns what was found.

    `erasure_list` is the file of erasures since the backup; None skips it. `site_was_stopped` says
    that nothing ran since the backup was made, so that mails that wait are sent and not held back.
    `say` gets a sentence for each step. Raises BackupProblem; then the database is as it was.
    """
    began = time.monotonic()
    with open_backup(file) as (archive, manifest):
        require_known_migrations(manifest)
        taken_at = datetime.fromisoformat(manifest.taken_at)
        erasures = _read_erasures(erasure_list, taken_at, say)
        require_empty_database()
        _require_empty_storage(manifest)
        report = RestoreReport(manifest.taken_at)
        say(f"Restoring the backup of {manifest.taken_at}, made on {manifest.database}.")
        is_newest = migrate_as(manifest)
        with transaction.atomic():
            report.rows = load_tables(archive, manifest)
            if is_newest:
                compare_tables(manifest)
            report.files = _restore_files(archive, manifest)
            if is_newest:  # in the same transaction: killed before its end, it leaves no rows
                _prepare(report, erasures, clock.now(), site_was_stopped=site_was_stopped)
    say(f"{report.rows:,} rows and {report.files:,} files are as they were.")
    if not is_newest:
        call_command("migrate", interactive=False, verbosity=0)
        _prepare(report, erasures, clock.now(), site_was_stopped=site_was_stopped)
    _check(report, clock.now(), say)
    report.seconds = time.monotonic() - began
    return report


def _prepare(
    report: RestoreReport,
    erasures: ErasureList | None,
    now: datetime,
    *,
    site_was_stopped: bool,
) -> None:
    """Bring the restored clinic to today: jobs, mails, indexes, erasures."""
    with transaction.atomic():
        put_jobs_off(now)
        if not site_was_stopped:
            report.held_back = hold_back_mails(now)
        for step in restore_steps():
            step()
    if erasures is None:
        return
    try:
        report.erased = erasures_after_restore.erase_listed_patients(erasures)
        report.erased_rows = erasures_after_restore.erase_listed_addresses(erasures)
    except LookupError as error:
        raise BackupProblem(f"Later erasures cannot be repeated: {error}") from error


def _check(report: RestoreReport, now: datetime, say: Say) -> None:
    """Open encrypted rows and run the checks of verify_bookings."""
    encrypted = open_encrypted_rows()
    report.opened, report.unreadable = encrypted.opened, encrypted.unreadable
    report.overlaps = sum(
        1 for check in (overlapping_therapists, overlapping_rooms) for _fault in check(now)
    )
    for result in check_invariants(now):
        report.faults += result.total
        for description in result.descriptions:
            say(f"{result.title}: {description}")
    for label in report.unreadable:
        say(f"{label} has values that no key in FIELD_KEYS opens.")


def _read_erasures(file: Path | None, since: datetime, say: Say) -> ErasureList | None:
    """Return the erasures to repeat; None if there are none to read, which is said."""
    if file is None:
        return None
    try:
        erasures = erasures_after_restore.read_erasures(file)
    except OSError:
        say(
            f"There is no list of erasures at {file}: whoever was erased after the backup was made "
            "is back. Erase them again by hand."
        )
        return None
    if foreign := erasures_after_restore.count_under_unknown_keys(erasures, since):
        raise BackupProblem(
            f"{foreign} erasures were recorded under a key that LINK_KEYS no longer has. Add it."
        )
    return erasures


def _require_empty_storage(manifest: Manifest) -> None:
    """Raise BackupProblem if there are uploaded files already, other than of this backup.

    Those are from a restore that was interrupted, and are written again.
    """
    known = {file.name for file in manifest.files}
    for name in stored_files(default_storage):
        if name not in known:
            raise BackupProblem(
                f"{_media_place()} is not empty: it holds {name}. A backup is "
                "restored only into an empty one."
            )


def _media_place() -> str:
    """Return where uploaded files are, in words."""
    if isinstance(default_storage, FileSystemStorage):
        return f"MEDIA_ROOT ({settings.MEDIA_ROOT})"
    return "The bucket of MEDIA_STORAGE"


def _restore_files(archive: zipfile.ZipFile, manifest: Manifest) -> int:
    for file in manifest.files:
        try:
            _restore_file(archive, file)
        except OSError as error:
            if error.errno == ENOSPC:
                raise BackupProblem("The disk of the uploaded files is full.") from error
            raise BackupProblem(
                f"{file.name} cannot be written ({error.strerror or error})."
            ) from error
    return len(manifest.files)


def _restore_file(archive: zipfile.ZipFile, file: FileEntry) -> None:
    """Write an uploaded file under its own name."""
    default_storage.delete(file.name)
    stored = default_storage.save(file.name, ArchivedFile(archive, file))
    if stored != file.name:
        raise BackupProblem(f"The storage does not keep the name {file.name}.")
