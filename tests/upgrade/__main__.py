"""`make upgrade-test`: upgrade from older states while guests book, and print the figures.

    python -m tests.upgrade                     from each state with 200,000 appointments
    SHORT=1 python -m tests.upgrade             with 2,000
    python -m tests.upgrade --commit 8c02e335 --database sqlite --appointments 500

Exits with 1 if an acknowledged booking is lost or double, if nobody could book for more than a
minute, or if a check afterwards finds a fault.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.servers.postgres import exit_on_sigterm, find_binaries
from tests.servers.starting import NotStarted
from tests.soak.database import PostgreSQL, SQLite
from tests.upgrade.releases import has_commit
from tests.upgrade.trial import Trial

OLDER_COMMITS = ("73b3742d", "a1b05cc2", "8c02e335", "668604cf")
"""The first that could be installed, the one with features, the last release, the last
state without this command."""
LONG, SHORT = 200_000, 2_000
MAX_SECONDS = 60.0
NO_FAULTS = "Everything is as it must be."
"""What verify_bookings prints then."""


def run_trial(commit: str, kind: str, appointments: int) -> dict[str, Any]:
    """Run one trial in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="clinic-upgrade-") as name:
        folder = Path(name)
        binaries = find_binaries()
        database = PostgreSQL(binaries) if kind == "postgresql" and binaries else SQLite(folder)
        try:
            return Trial(appointments, database, folder, commit=commit).run()
        finally:
            database.delete()


def find_faults(figures: dict[str, Any]) -> list[str]:
    """Return what the figures of a trial break."""
    faults = [*figures["lost"], *figures["double"]]
    if figures["exit code"]:
        faults.append("the upgrade failed")
    if figures["seconds without a booking"] > MAX_SECONDS:
        faults.append(f"nobody could book for more than {MAX_SECONDS:.0f} s")
    if figures["verify_bookings"] != NO_FAULTS:
        faults.append(figures["verify_bookings"])
    if not figures["booked after the restart"]:
        faults.append("nobody booked after the restart")
    return faults


def show(title: str, figures: dict[str, Any], faults: list[str]) -> None:
    """Print the figures of a trial."""
    print(f"\n===== {title} =====")
    for what, value in figures.items():
        text: Any = value
        if isinstance(value, dict):
            text = ", ".join(f"{label}: {number}" for label, number in sorted(value.items()))
        if isinstance(value, list):
            text = len(value)
        print(f"{what:<28}{text}")
    for fault in faults:
        print(f"  FAULT: {fault}")
    sys.stdout.flush()


def main() -> int:
    """Run the trials that the command line asks for; return the exit code."""
    exit_on_sigterm()
    parser = argparse.ArgumentParser(description=__doc__)
    size = SHORT if os.environ.get("SHORT") else LONG
    kinds = ["sqlite", "postgresql"]
    parser.add_argument("--commit", action="append", help="a state to upgrade from")
    parser.add_argument("--database", action="append", choices=kinds)
    parser.add_argument("--appointments", type=int, default=size)
    options = parser.parse_args()
    if find_binaries() is None:
        print("PostgreSQL's server programs are not installed: only SQLite is tried.")
        kinds.remove("postgresql")
    failed = False
    for commit in options.commit or OLDER_COMMITS:
        if not has_commit(commit):
            print(f"This clone does not have {commit}: NOT TRIED.")
            continue
        for kind in options.database or kinds:
            try:
                figures = run_trial(commit, kind, options.appointments)
                faults = find_faults(figures)
            except (subprocess.CalledProcessError, NotStarted) as error:
                figures, faults = {}, [str(error)]
            show(f"from {commit} on {kind}, {options.appointments:,} appointments", figures, faults)
            failed = failed or bool(faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
