"""Open the archive of a backup and check it against its manifest."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries import manifest as manifests
from booking.features.backups.queries.manifest import FileEntry, Manifest, TableEntry

CHUNK_BYTES = 1024 * 1024
LONGEST_MANIFEST = 256 * 1024 * 1024
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


@contextmanager
def open_backup(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup and yield its archive and its manifest.

    Raises BackupProblem if it is missing, damaged, of a newer version, not signed with one of
    LINK_KEYS, or made with keys that are not set here.
    """
    try:
        archive = zipfile.ZipFile(file)
    except OSError as error:
        raise BackupProblem(f"{file} cannot be read ({error.strerror or error}).") from error
    except (*DAMAGED, ValueError) as error:
        raise BackupProblem(f"{file} is no backup, or it is damaged or incomplete.") from error
    try:
        with archive:
            text = _read_text(archive, manifests.MANIFEST)
            manifest = Manifest.from_json(text)
            _require_keys(manifest)
            signature = _read_text(archive, manifests.SIGNATURE).decode(errors="replace")
            if not manifests.is_signature_valid(text, signature):
                raise BackupProblem(
                    "The manifest of this backup was changed: its signature is wrong."
                )
            yield archive, manifest
    except DAMAGED as error:
        raise BackupProblem(f"{file} is damaged.") from error


def table_lines(archive: zipfile.ZipFile, table: TableEntry) -> Iterator[bytes]:
    """Yield the lines of a table. Raises BackupProblem at the end if they are damaged."""
    digest, rows = hashlib.sha256(), 0
    with _open_member(archive, table.archive_name) as member:
        for line in member:
            digest.update(line)
            rows += 1
            yield line
    if digest.hexdigest() != table.sha256 or rows != table.rows:
        raise BackupProblem(f"The table {table.name} of this backup is damaged.")


def file_chunks(archive: zipfile.ZipFile, file: FileEntry) -> Iterator[bytes]:
    """Yield the content of an uploaded file. Raises BackupProblem at the end if it is damaged."""
    digest = hashlib.sha256()
    with _open_member(archive, file.archive_name) as member:
        while chunk := member.read(CHUNK_BYTES):
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != file.sha256:
        raise BackupProblem(f"The file {file.name} of this backup is damaged.")


def _read_text(archive: zipfile.ZipFile, name: str) -> bytes:
    with _open_member(archive, name) as member:
        text = member.read(LONGEST_MANIFEST)
        if member.read(1):
            raise BackupProblem("The manifest of this backup is damaged.")
        return text


def _open_member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except KeyError as error:
        raise BackupProblem(f"This backup is incomplete: it has no {name}.") from error


def _require_keys(manifest: Manifest) -> None:
    missing = manifests.missing_keys(manifest)
    if missing:
        raise BackupProblem(
            "This backup cannot be restored without the keys that it was made with. "
            + " ".join(missing)
        )
