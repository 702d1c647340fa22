"""Check the migrations since the last release with django-migration-linter.

    python -m tests.upgrade.lint

It reads the SQL for PostgreSQL, because SQLite writes a whole table anew for every change. What it
asks for is explained in `test_expand_then_contract.py`.
"""

import os
import subprocess
import sys

import django
from django_migration_linter import MigrationLinter

from tests.servers.postgres import exit_on_sigterm, find_binaries, private_postgres
from tests.upgrade.record_release import own_migrations
from tests.upgrade.releases import last_release

ACCEPTED = {
    "booking.0025_clinic_identifier_url": "its table has one row, which is there before an upgrade",
    "booking_proxies.0002_guardian_consent": "its table is newer than the last release",
}
"""Migrations that are not checked, with the reason."""


def evaluate() -> int:
    """Check each newer migration; return the exit code."""
    linter = MigrationLinter(no_cache=True, quiet=["ok", "ignore"])
    for name in sorted(own_migrations() - last_release().migrations - set(ACCEPTED)):
        app, _, migration = name.partition(".")
        linter.lint_migration(linter.migration_loader.disk_migrations[app, migration])
    linter.print_summary()
    return int(linter.has_errors)


def main() -> int:
    """Start a private server and check in a process that uses it; return the exit code."""
    binaries = find_binaries()
    if binaries is None:
        print("NOT CHECKED: PostgreSQL's server programs are not installed.")
        return 0
    exit_on_sigterm()
    with private_postgres(binaries) as url:
        command = [sys.executable, "-m", "tests.upgrade.lint", "--here"]
        settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        return subprocess.run(command, env=os.environ | settings, check=False).returncode


if __name__ == "__main__":
    if "--here" in sys.argv:
        django.setup()
        sys.exit(evaluate())
    sys.exit(main())
