"""python manage.py restore PATH: restore a backup into an empty database and MEDIA_ROOT."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from booking.features.backups.actions.restore import RestoreReport, restore_backup
from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries.durations import format_duration
from booking.registries.erasures_after_restore import LIST_NAME


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty MEDIA_ROOT, and check the result."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the archive of the backup")
        parser.add_argument(
            "--erasures",
            type=Path,
            metavar="FILE",
            help=f"the list of erasures since; unless given, {LIST_NAME} beside the backup",
        )
        parser.add_argument(
            "--site-was-stopped",
            action="store_true",
            help="nothing ran since the backup was made, as when moving to another database: "
            "send the mails that wait instead of holding them back",
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="also write the result there, as JSON"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        erasure_list = options["erasures"] or options["path"].parent / LIST_NAME
        try:
            report = restore_backup(
                options["path"],
                erasure_list=erasure_list,
                site_was_stopped=options["site_was_stopped"],
                say=self.stdout.write,
            )
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        if options["report"] is not None:
            options["report"].write_text(json.dumps(asdict(report)))
        for sentence in describe(report):
            self.stdout.write(sentence)
        if not report.is_well:
            raise CommandError("The backup was restored, but the checks found faults.")


def describe(report: RestoreReport) -> list[str]:
    """Return what was done and found, as sentences."""
    sentences = []
    if report.erased is not None:
        sentences.append(f"{report.erased:,} patients who were erased since are erased again.")
    if report.erased_rows:
        sentences.append(
            f"{report.erased_rows:,} comments, mails, invitations and accounts under addresses "
            "that were erased since are erased again."
        )
    if report.held_back:
        sentences.append(
            f"{report.held_back:,} mails that were due are held back, since they may have been "
            "sent before: the desk lists them under Mail and can send each again."
        )
    sentences.append(
        f"Restored in {format_duration(report.seconds)}: {report.overlaps:,} overlaps, "
        f"{report.faults:,} faults, {report.opened:,} encrypted rows opened."
    )
    return sentences
