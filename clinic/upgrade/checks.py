"""What must be in order before an upgrade begins."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import Error, NotSupportedError, connection

from clinic.lib.database_errors import describe_error
from clinic.lib.database_probe import find_write_problem
from clinic.lib.sqlite import database_file
from clinic.upgrade.plan import UpgradePlan

SPARE_BYTES = 50_000_000


def find_database_problem() -> str:
    """Return why the database cannot be used, or ""."""
    try:
        is_empty = "django_migrations" not in connection.introspection.table_names()
        return "" if is_empty else find_write_problem()
    except NotSupportedError as error:
        return str(error)
    except Error as error:
        return describe_error(error)


def find_newer_version(plan: UpgradePlan) -> str:
    """Return a sentence if a newer version has migrated the database, otherwise ""."""
    if not plan.unknown:
        return ""
    return (
        "This database was made by a newer version: it has the migration "
        f"{plan.unknown[-1]}, which version {settings.VERSION} does not know. Install that "
        "version, or a newer one."
    )


def find_setting_problems() -> tuple[list[str], list[str]]:
    """Return the errors and the warnings that Django's system checks find in the settings."""
    found = [
        message
        for message in checks.run_checks(include_deployment_checks=settings.PRODUCTION)
        if not message.is_silenced()
    ]
    errors = [f"{message.msg} ({message.id})" for message in found if message.is_serious()]
    warnings = [f"{message.msg} ({message.id})" for message in found if not message.is_serious()]
    return errors, warnings


def find_space_problems(backup_folder: Path | None) -> Iterator[str]:
    """Yield each disk that is too small for the upgrade.

    SQLite: a migration writes a table anew and keeps the old pages until its end. A backup needs a
    copy of the database and room for the archive. The disk of a PostgreSQL server is not known.
    """
    size, needed = database_bytes(), dict[Path, int]()
    file = database_file()
    if file is not None:
        needed[file.resolve().parent] = 2 * size
    if backup_folder is not None:
        copy = size if file is not None else 0
        folder = _existing(backup_folder)
        needed[folder] = needed.get(folder, 0) + copy + size + media_bytes()
    by_disk: dict[int, tuple[Path, int]] = {}
    for folder, most in needed.items():
        disk = folder.stat().st_dev
        first, sum_ = by_disk.get(disk, (folder, 0))
        by_disk[disk] = first, sum_ + most
    for folder, most in by_disk.values():
        space = os.statvfs(folder)
        free = space.f_bavail * space.f_frsize
        if free < most + SPARE_BYTES:
            yield (
                f"The disk of {folder} has {_megabytes(free)} left, and the upgrade may need "
                f"{_megabytes(most + SPARE_BYTES)}."
            )


def database_bytes() -> int:
    """Return the size of the database in bytes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def media_bytes() -> int:
    """Return the size of all uploaded files on this machine."""
    root = Path(settings.MEDIA_ROOT)
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def _existing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    folder = folder.resolve()
    return folder if folder.is_dir() else _existing(folder.parent)


def _megabytes(number: int) -> str:
    return f"{number / 1_000_000:,.0f} MB"
