"""Trials of a served clinic with guests who book, with their figures.

    python -m tests.trials restore                          100,000 appointments, both databases
    python -m tests.trials rotate-keys --appointments 2000 --database sqlite

Exits with 1 if a trial finds a fault.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.servers.postgres import exit_on_sigterm, find_binaries
from tests.soak.database import PostgreSQL, SQLite
from tests.trials.loaded_site import LoadedSite
from tests.trials.restore import find_restore_faults, keys_of, run_restore
from tests.trials.rotate_keys import find_rotation_faults, run_rotation
from tests.upgrade.__main__ import show

NICENESS = 3
"""Everything else on the machine goes first."""
APPOINTMENTS = {"restore": 100_000, "rotate-keys": 20_000}
Figures = dict[str, Any]


def make_database(kind: str, folder: Path) -> PostgreSQL | SQLite:
    """Return a database that is not created yet, of a kind: sqlite or postgresql."""
    binaries = find_binaries()
    if kind == "postgresql" and binaries is not None:
        return PostgreSQL(binaries)
    folder.mkdir()
    return SQLite(folder)


def try_restore(kind: str, appointments: int, folder: Path) -> Figures:
    """Run the trial of a restore, on new databases of a kind."""
    places = folder / "old", folder / "new"
    first, second = (make_database(kind, place) for place in places)
    for place in places:
        place.mkdir(exist_ok=True)
    try:
        old = LoadedSite(appointments, first, places[0])
        return run_restore(old, LoadedSite(0, second, places[1], settings=keys_of(old)))
    finally:
        first.delete()
        second.delete()


def try_rotation(kind: str, appointments: int, folder: Path) -> Figures:
    """Run the trial of a change of keys, on a new database of a kind."""
    database = make_database(kind, folder / "site")
    (folder / "site").mkdir(exist_ok=True)
    try:
        return run_rotation(LoadedSite(appointments, database, folder / "site"))
    finally:
        database.delete()


TRIALS: Mapping[str, tuple[Callable[[str, int, Path], Figures], Callable[[Figures], list[str]]]] = {
    "restore": (try_restore, find_restore_faults),
    "rotate-keys": (try_rotation, find_rotation_faults),
}


def main() -> int:
    """Run the trial that the command line names; return the exit code."""
    exit_on_sigterm()
    kinds = ["sqlite", "postgresql"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trial", choices=list(TRIALS))
    parser.add_argument("--appointments", type=int)
    parser.add_argument("--database", action="append", choices=kinds)
    options = parser.parse_args()
    os.nice(NICENESS)
    if find_binaries() is None:
        print("PostgreSQL's server programs are not installed: only SQLite is tried.")
        kinds.remove("postgresql")
    run, find_faults = TRIALS[options.trial]
    size, failed = options.appointments or APPOINTMENTS[options.trial], False
    for kind in options.database or kinds:
        with tempfile.TemporaryDirectory(prefix="clinic-trial-") as name:
            figures = run(kind, size, Path(name))
        faults = find_faults(figures)
        show(f"{options.trial} on {kind}, {size:,} appointments", figures, faults)
        failed = failed or bool(faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
