"""python manage.py backup PATH | --keep-in DIR: back up database and uploaded files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from booking.features.backups.actions.make_backup import (
    BackupSummary,
    make_backup,
    make_backup_in,
)
from booking.features.backups.errors import BackupProblem

KEYS_ARE_APART = (
    "The keys (FIELD_KEYS, LINK_KEYS) are not in it. Keep a copy of them in another place: "
    "without them it cannot be restored."
)


class Command(BaseCommand):
    help = "Back up the database and all uploaded files in one archive, while the site runs."

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("path", nargs="?", type=Path, metavar="PATH", help="the file to write")
        where.add_argument(
            "--keep-in",
            type=Path,
            metavar="DIR",
            help="name the file by the time, and delete old backups there that are kept no longer",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["keep_in"] is not None:
                summary, deleted = make_backup_in(options["keep_in"])
            else:
                summary, deleted = make_backup(options["path"]), []
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(format_summary(summary))
        if deleted:
            self.stdout.write(f"Deleted {len(deleted)} older backups that are kept no longer.")
        self.stdout.write(KEYS_ARE_APART)


def format_summary(summary: BackupSummary) -> str:
    """Return what was backed up, in one sentence."""
    return (
        f"Backed up {summary.tables} tables with {summary.rows:,} rows and {summary.files:,} files "
        f"to {summary.file} ({summary.size / 1_000_000:,.1f} MB) in {summary.seconds:.1f} s."
    )
