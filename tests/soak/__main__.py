"""`make soak`: hostile load and faults on both databases, beside each other.

    python -m tests.soak              an hour, at least 200 kills, 50 restarts of PostgreSQL
    SHORT=1 python -m tests.soak      each fault once, in about a minute
    python -m tests.soak --seed 7 --keep FOLDER    another order of faults; keep logs and journal

Ends with 1 if anything happened that must never happen, and says what.
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
SHOWN_BREACHES = 40
STOP_SECONDS = 60.0


def start_trials(options: Sequence[str]) -> "dict[str, subprocess.Popen[str]]":
    """Start a trial for each database that can be served here."""
    databases = ["sqlite", "postgresql"]
    if find_binaries() is None:
        print("PostgreSQL's server programs are not installed: only SQLite is tried.")
        databases.remove("postgresql")
    return {
        name: subprocess.Popen(
            [sys.executable, "-m", "tests.soak.trial", name, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "clinic.settings"},
        )
        for name in databases
    }


def show(name: str, result: Mapping[str, Any]) -> None:
    """Print the figures of a trial, then what must never happen and did."""
    print(f"\n===== soak: {name} =====")
    for what, value in result["figures"].items():
        text = value
        if isinstance(value, dict):
            text = ", ".join(f"{label}: {number}" for label, number in sorted(value.items()))
        print(f"{what:<18}{text}")
    breaches = result["breaches"]
    print(f"{'breaches':<18}{len(breaches)}")
    for sentence in breaches[:SHOWN_BREACHES]:
        print(f"  BREACH: {sentence}")
    if len(breaches) > SHOWN_BREACHES:
        print(f"  ... and {len(breaches) - SHOWN_BREACHES} more")


def collect(trials: "Mapping[str, subprocess.Popen[str]]") -> bool:
    """Wait for all trials and show their results. Whether all went well."""
    fine = True
    for name, trial in trials.items():
        output, _ = trial.communicate()
        lines = output.splitlines()
        if not lines:
            print(f"\n===== soak: {name} =====\nIt ended without a result ({trial.returncode}).")
            fine = False
            continue
        show(name, json.loads(lines[-1]))
        fine = fine and trial.returncode == 0
    return fine


def stop(trials: "Mapping[str, subprocess.Popen[str]]") -> None:
    """End all trials that are still running; they stop what they have started."""
    for trial in trials.values():
        if trial.poll() is None:
            trial.terminate()
    for trial in trials.values():
        trial.wait(STOP_SECONDS)


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
    trials = start_trials(options)
    try:
        return 0 if collect(trials) else 1
    finally:
        stop(trials)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(130)
