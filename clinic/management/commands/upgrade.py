"""python manage.py upgrade: check, back up, migrate, restart, and compare what runs."""

import shlex
import subprocess  # the operator's own command
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from booking.features.backups.actions.make_backup import (
    BackupSummary,
    make_backup_before_upgrade,
    make_backup_in,
    record_backup,
)
from booking.features.backups.errors import BackupProblem
from booking.features.backups.management.commands.backup import format_summary
from clinic.lib.schema_version import schema_digest
from clinic.upgrade import checks
from clinic.upgrade.comparing import ask_site, wait_for_site
from clinic.upgrade.locking import upgrade_lock
from clinic.upgrade.migrating import migrate
from clinic.upgrade.plan import UpgradePlan, make_plan
from clinic.upgrade.problem import UpgradeProblem

WAIT_SECONDS = 120
RESTART = "Restart web server and worker"
MakeBackup = Callable[[], BackupSummary] | None


class Command(BaseCommand):
    help = "Upgrade the clinic to this version: check, back up, migrate, restart, compare."
    requires_system_checks: list[str] = []  # they are a step

    def add_arguments(self, parser: ArgumentParser) -> None:
        backup = parser.add_mutually_exclusive_group()
        backup.add_argument(
            "--backup-to", type=Path, metavar="PATH", help="the file of the backup to make before"
        )
        backup.add_argument(
            "--no-backup", action="store_true", help="make no backup: nothing can be taken back"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask before the changes")
        restart = parser.add_mutually_exclusive_group()
        restart.add_argument(
            "--no-restart",
            action="store_true",
            help="end before the restart; run it again afterwards, to compare",
        )
        restart.add_argument(
            "--restart-command",
            metavar="COMMAND",
            help="what restarts web server and worker, such as 'systemctl restart clinic-web'; "
            "unless given, you are asked to do it",
        )
        parser.add_argument(
            "--url",
            action="append",
            metavar="URL",
            help="the address of a running web server to compare with, once for each machine; "
            "unless given, BASE_URL",
        )
        parser.add_argument(
            "--wait",
            type=int,
            default=WAIT_SECONDS,
            metavar="SECONDS",
            help=f"how long to wait for the restarted site ({WAIT_SECONDS})",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        urls = [_readyz(url) for url in options["url"] or [settings.BASE_URL]]
        try:
            _require(checks.find_database_problem())
            with upgrade_lock():
                self.change_database(urls, options)
            if not options["no_restart"]:
                self.restart(options["restart_command"])
                self.require_same_version(urls, options["wait"])
        except (UpgradeProblem, BackupProblem) as problem:
            raise CommandError(str(problem)) from problem

    def change_database(self, urls: list[str], options: dict[str, Any]) -> None:
        """Check, print what will be done, and back up and migrate after a confirmation.

        Raises UpgradeProblem or BackupProblem.
        """
        plan = make_plan()
        _require(checks.find_newer_version(plan))
        backup = choose_backup(plan, options)
        self.check_beforehand(plan, options)
        self.print_plan(plan, urls, options)
        if plan.migrations and not options["yes"]:
            self.require_confirmation()
        summary = backup() if backup is not None else None
        if summary is not None:
            self.stdout.write(format_summary(summary))
        if plan.migrations:
            migrate(self.stdout.write)
            self.stdout.write(f"The database is up to date: schema {schema_digest()}.")
        if summary is not None:
            record_backup(summary)
        call_command("collectstatic", interactive=False, verbosity=0)

    def check_beforehand(self, plan: UpgradePlan, options: dict[str, Any]) -> None:
        """Raise UpgradeProblem with everything that must be mended first; print warnings."""
        errors, warnings = checks.find_setting_problems()
        for warning in warnings:
            self.stdout.write(f"Note: {warning}")
        if plan.migrations:
            errors += checks.find_space_problems(_backup_folder(plan, options))
        _require("\n".join(errors))

    def print_plan(self, plan: UpgradePlan, urls: list[str], options: dict[str, Any]) -> None:
        """Print what will be done, and what of it cannot be undone."""
        for url in urls:
            state = ask_site(url)
            present = f"runs version {state.version} now" if state else "does not answer now"
            self.stdout.write(f"{url} {present}.")
        self.stdout.write(f"To do for version {settings.VERSION}:")
        for step in describe_steps(plan, options):
            self.stdout.write(f"- {step}")
        if plan.losses:
            self.stdout.write("What cannot be undone, except by restoring a backup:")
        for loss in plan.losses:
            self.stdout.write(f"- {loss}")
        if options["no_backup"] and plan.migrations:
            self.stderr.write("There will be NO BACKUP: if anything goes wrong, data is lost.")

    def require_confirmation(self) -> None:
        """Ask whether to go on. Raises UpgradeProblem unless somebody answers yes."""
        if not sys.stdin.isatty():
            raise UpgradeProblem("Nobody can be asked here. Run it with --yes to go on.")
        if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
            raise UpgradeProblem("Nothing was changed.")

    def restart(self, command: str | None) -> None:
        """Run the command that restarts the site; without one, print that it must be done now.

        Raises UpgradeProblem if the command fails.
        """
        if not command:
            self.stdout.write(f"{RESTART} now, on every machine.")
            return
        self.stdout.write(f"Restarting: {command}")
        try:
            ended = subprocess.run(shlex.split(command), check=False)  # noqa: S603  # as given
        except OSError as error:
            raise UpgradeProblem(f"The restart failed ({error}). {RESTART} yourself.") from error
        if ended.returncode:
            raise UpgradeProblem(
                f"The restart failed with exit code {ended.returncode}. The database is up to "
                f"date. {RESTART} yourself, then run upgrade again to compare."
            )

    def require_same_version(self, urls: list[str], seconds: int) -> None:
        """Wait at most `seconds` until the running site is this version, and print its problems.

        Raises UpgradeProblem if it is another version then.
        """
        differences = wait_for_site(urls, seconds)
        if differences:
            raise UpgradeProblem(
                "The database is up to date, but the running site is not this version: "
                + " ".join(differences)
            )
        self.stdout.write(f"The site runs version {settings.VERSION}, schema {schema_digest()}.")
        for url in urls:
            state = ask_site(url)
            for problem in state.problems.values() if state else ():
                self.stdout.write(f"Note: {problem}")


def choose_backup(plan: UpgradePlan, options: dict[str, Any]) -> MakeBackup:
    """Return a function that makes the backup, or None if none is wanted or needed.

    An empty database has nothing to back up, and without a migration nothing changes. Raises
    UpgradeProblem if it is not known where to write the backup.
    """
    if options["no_backup"] or plan.is_new or not plan.migrations:
        return None
    if options["backup_to"] is not None:
        return lambda: make_backup_before_upgrade(options["backup_to"])
    folder = settings.BACKUP_DIR
    if folder is None:
        raise UpgradeProblem("Set BACKUP_DIR, or say --backup-to PATH, or --no-backup.")
    return lambda: make_backup_in(folder, make_backup_before_upgrade)[0]


def describe_steps(plan: UpgradePlan, options: dict[str, Any]) -> list[str]:
    """Return what will be done, step by step."""
    steps = []
    if (folder := _backup_folder(plan, options)) is not None:
        steps.append(f"Back up database and uploaded files in {folder}.")
    if plan.is_new:
        steps.append("The database is empty: a new one is made.")
    if plan.migrations:
        steps.append(f"Change the database: {plan.describe_migrations()}.")
    else:
        steps.append("The database is up to date, so it is neither changed nor backed up.")
    steps.append("Collect the static files.")
    if not options["no_restart"]:
        steps.append(f"{RESTART}, and compare version and schema.")
    return steps


def _backup_folder(plan: UpgradePlan, options: dict[str, Any]) -> Path | None:
    if options["no_backup"] or plan.is_new or not plan.migrations:
        return None
    chosen: Path | None = options["backup_to"]
    return chosen.parent if chosen is not None else settings.BACKUP_DIR


def _readyz(url: str) -> str:
    return f"{url.rstrip('/').removesuffix('/readyz')}/readyz"


def _require(problem: str) -> None:
    if problem:
        raise UpgradeProblem(problem)
