"""Files and folders: who can read them, whether they can be written, how full the disk is."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from clinic.lib.files.media_storage import S3
from clinic.lib.files.pdf import pdf_problem
from clinic.lib.private_files import accessible_to_others

SECRETS_FILE = "secrets.env"
"""The file with the demo's secrets, in DATA_DIR."""
ROOM_NEEDED = 500_000_000
"""The free bytes below which the owner is alerted, while the site still works."""
NOT_COLLECTED = ("CVS", ".*", "*~")
"""What collectstatic leaves out."""


def check_files() -> Iterator[tuple[bool, str]]:
    """Check that other users of this machine cannot read the site's files."""
    data = Path(settings.DATA_DIR)
    found = [data, data / SECRETS_FILE, Path(settings.MEDIA_ROOT)]
    if connection.vendor == "sqlite":
        database = str(connection.settings_dict["NAME"])
        found += [Path(f"{database}{suffix}") for suffix in ("", "-journal", "-wal", "-shm")]
    for path in accessible_to_others(found):
        yield False, f"Others on this machine can read {path}. Run: chmod -R go= {path}"
    yield True, f"New files are private. The data is in {data}."


def check_folders() -> Iterator[tuple[bool, str]]:
    """Check that the site can write where it has to."""
    folders = {"DATA_DIR": Path(settings.DATA_DIR)}
    if settings.STORAGES["default"]["BACKEND"].endswith("FileSystemStorage"):
        folders["MEDIA_ROOT"] = Path(settings.MEDIA_ROOT)
    if settings.STORAGES["default"]["BACKEND"] == S3:
        yield from _check_bucket()
    if settings.BACKUP_DIR is not None:
        folders["BACKUP_DIR"] = Path(settings.BACKUP_DIR)
    for name, folder in folders.items():
        if problem := _find_write_problem(folder):
            yield (
                False,
                f"Nothing can be saved in {name}, {folder} ({problem}). Make the folder, and give "
                "it to the account of the site.",
            )
    data = Path(settings.DATA_DIR)
    if data.exists() and data.stat().st_uid != os.geteuid():
        yield (
            False,
            f"{data} belongs to another account than the one that runs this command. Run all "
            "commands with the account of the site: files that others make it cannot write.",
        )
    yield True, "The folders of the site were tried."


def _check_bucket() -> Iterator[tuple[bool, str]]:
    """Check that uploaded files can be saved in the bucket of MEDIA_STORAGE, and be deleted."""
    try:
        default_storage.delete(default_storage.save("doctor.txt", ContentFile(b"ok")))
    except Exception as error:  # noqa: BLE001  # each kind of storage raises errors of its own
        kind = type(error).__name__
        yield False, f"The bucket of MEDIA_STORAGE cannot be used ({kind}). Check its URL and keys."
    else:
        yield True, "Uploaded files can be saved in the bucket of MEDIA_STORAGE."


def _find_write_problem(folder: Path) -> str:
    """Return why no file can be made in a folder, or in the one in which it will be made."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__


def check_static_files() -> Iterator[tuple[bool, str]]:
    """Check that all style sheets and scripts are collected: a page that lacks one is an error."""
    storage: Any = staticfiles_storage
    if not isinstance(storage, ManifestFilesMixin):
        return
    collected, _hash = storage.load_manifest()
    wanted = {name for finder in get_finders() for name, _storage in finder.list([*NOT_COLLECTED])}
    missing = sorted(
        name
        for name in wanted
        if name not in collected or not (Path(settings.STATIC_ROOT) / collected[name]).is_file()
    )
    how = "Run: manage.py collectstatic --noinput"
    if len(missing) == len(wanted):
        yield False, f"The static files are not collected: most pages are errors. {how}"
    elif missing:
        yield False, f"{len(missing)} static files are not collected, such as {missing[0]}. {how}"
    else:
        yield True, f"{len(wanted)} static files are collected."


def check_pdf_files() -> Iterator[tuple[bool, str]]:
    """Say whether receipts can be made as PDF files. If not, it is a note and not a problem."""
    problem = pdf_problem()
    without = f"No receipts as PDF files, patients print the page: {problem}"
    yield True, without if problem else "Receipts can be made as PDF files."


def check_disk() -> Iterator[tuple[bool, str]]:
    """Check how much room is left for the database, uploads, backups and temporary files."""
    folders = [Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT), Path(tempfile.gettempdir())]
    if settings.BACKUP_DIR is not None:
        folders.append(Path(settings.BACKUP_DIR))
    seen: set[int] = set()
    for folder in filter(Path.exists, folders):
        disk = folder.stat().st_dev
        if disk in seen:
            continue
        seen.add(disk)
        free = shutil.disk_usage(folder).free
        left = f"The disk of {folder} has {free / 1_000_000:,.0f} MB left"
        if free < ROOM_NEEDED:
            yield False, f"{left}: nearly full. Make room; with 20 MB left bookings are refused."
        else:
            yield True, f"{left}."
