"""Write the archive of a backup: a ZIP file that appears under its name only when it is whole."""

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST, ENOSPC
from pathlib import Path

from django.core.files.storage import Storage, default_storage

from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries.manifest import FileEntry

PARTIAL_SUFFIX = ".partial"
CHUNK_BYTES = 1024 * 1024
ALREADY_SMALL = (".webp", ".jpg", ".jpeg", ".png", ".pdf", ".zip")


@contextmanager
def new_archive(target: Path) -> Iterator[zipfile.ZipFile]:
    """Open a new archive, for its owner only, and give it its name when all is on the disk.

    Whatever goes wrong, nothing stays. Raises BackupProblem if there is a file of this name, if
    the folder is missing, or if the disk is full.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}{PARTIAL_SUFFIX}")
    try:
        _refuse_existing(target)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(partial, flags, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        _give_name(partial, target)
    except OSError as error:
        if error.errno == ENOSPC:
            raise BackupProblem(f"The disk of {target.parent} is full.") from error
        if error.errno == EEXIST:
            raise BackupProblem(f"There is a file {target} already.") from error
        raise BackupProblem(f"{target} cannot be written ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            partial.unlink()


def write_member(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write a file into the archive as its content comes. Return its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name)
    stored = name.lower().endswith(ALREADY_SMALL)
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def write_media(archive: zipfile.ZipFile) -> list[FileEntry]:
    """Write all uploaded files into the archive. One that is deleted meanwhile is left out."""
    entries = []
    for name in stored_files(default_storage):
        entry = FileEntry(name, 0, "")
        try:
            file = default_storage.open(name)
        except FileNotFoundError:
            continue
        with file:
            size, digest = write_member(archive, entry.archive_name, file.chunks(CHUNK_BYTES))
        entries.append(FileEntry(name, size, digest))
    return entries


def stored_files(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the names of all files in a storage, sorted within each folder."""
    try:
        folders, files = storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    prefix = f"{folder}/" if folder else ""
    yield from sorted(f"{prefix}{name}" for name in files)
    for name in sorted(folders):
        yield from stored_files(storage, f"{prefix}{name}")


def _refuse_existing(target: Path) -> None:
    if not target.parent.is_dir():
        raise BackupProblem(f"There is no folder {target.parent}.")
    if target.exists() or target.is_symlink():
        raise BackupProblem(f"There is a file {target} already.")


def _give_name(partial: Path, target: Path) -> None:
    """Rename a file, but never onto another one, and wait until the folder is on the disk."""
    try:
        os.link(partial, target)
    except PermissionError:  # a file system without hard links
        _refuse_existing(target)
        partial.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
