"""`make soak`: load and faults on both databases at the same time.

    python -m tests.soak              an hour, at least 200 kills, 50 restarts of PostgreSQL
    SHORT=1 python -m tests.soak      each fault once, in about a minute
    python -m tests.soak --seed 7 --keep FOLDER    another order of faults; keep logs and journal

Exits with 1 if a rule was violated, and lists the violations with the errors in the site's log.
Without --keep, a failed run leaves log, journal and a SQLite database in a temporary folder.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers.postgres import exit_on_sigterm, find_binaries
from tests.servers.site import ROOT

LONG_SECONDS = 3600.0
SHOWN_VIOLATIONS, SHOWN_ERRORS = 40, 20
STOP_SECONDS = 60.0


def start_runs(options: Sequence[str]) -> "dict[str, subprocess.Popen[str]]":
    """Start a run for each database that can be served here."""
    databases = ["sqlite", "postgresql"]
    if find_binaries() is None:
        print("PostgreSQL's server programs are not installed: only SQLite is tried.")
        databases.remove("postgresql")
    return {
        name: subprocess.Popen(
            [sys.executable, "-m", "tests.soak.run", name, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "clinic.settings"},
        )
        for name in databases
    }


def show(name: str, result: Mapping[str, Any]) -> None:
    """Print the figures of a run, then its violations."""
    print(f"\n===== soak: {name} =====")
    for what, value in result["figures"].items():
        text = value
        if isinstance(value, dict):
            text = ", ".join(f"{label}: {number}" for label, number in sorted(value.items()))
        print(f"{what:<18}{text}")
    violations = result["violations"]
    print(f"{'violations':<18}{len(violations)}")
    for message in violations[:SHOWN_VIOLATIONS]:
        print(f"  VIOLATION: {message}")
    if len(violations) > SHOWN_VIOLATIONS:
        print(f"  ... and {len(violations) - SHOWN_VIOLATIONS} more")
    if violations:
        for line in result["errors"][:SHOWN_ERRORS]:
            print(f"  LOG: {line}")
    if "kept" in result:
        print(f"{'log and journal':<18}{result['kept']}")


def collect(runs: "Mapping[str, subprocess.Popen[str]]") -> bool:
    """Wait for all runs and print their results. Return whether all passed."""
    passed = True
    for name, run in runs.items():
        output, _ = run.communicate()
        lines = output.splitlines()
        if not lines:
            print(f"\n===== soak: {name} =====\nIt ended without a result ({run.returncode}).")
            passed = False
            continue
        show(name, json.loads(lines[-1]))
        passed = passed and run.returncode == 0
    return passed


def stop(runs: "Mapping[str, subprocess.Popen[str]]") -> None:
    """Terminate the runs that have not ended; each stops the programs it started."""
    for run in runs.values():
        if run.poll() is None:
            run.terminate()
    for run in runs.values():
        run.wait(STOP_SECONDS)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default=str(int(time.time())))
    parser.add_argument("--keep", default="")
    given = parser.parse_args(arguments)
    exit_on_sigterm()
    options = [f"--seed={given.seed}", *([f"--keep={given.keep}"] if given.keep else [])]
    if os.environ.get("SHORT", "") in ("", "0"):
        options.append(f"--long={LONG_SECONDS}")
    print(f"Faults in the order of seed {given.seed}.", flush=True)
    runs = start_runs(options)
    try:
        return 0 if collect(runs) else 1
    finally:
        stop(runs)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(130)
