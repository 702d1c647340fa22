"""Many processes try to book the same times, without HTTP; no time is ever taken twice.

    python -m tests.soak.contention [--attempts 100000] [--processes 8] [--database sqlite]

Prints the outcomes. Exits with 1 if appointments overlap, or an attempt ended in a database error.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from clinic.supervisor import demo_environment
from tests.servers.postgres import exit_on_sigterm, find_binaries, private_postgres
from tests.servers.site import OURS, ROOT
from tests.soak.site import LOAD_DEMO, MIGRATE

REFUSALS = {"SlotTaken", "SlotNotOffered", "RoomTaken", "TherapistBusy", "NoRoomFree"}
LOCK_TIMEOUT = "ChangeInProgress"
"""The refusal after waiting too long for a lock."""
EXPECTED_OUTCOMES = {"held", "booked", *REFUSALS, LOCK_TIMEOUT}


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database."""
    if name == "sqlite":
        yield f"sqlite:///{folder}/clinic.sqlite3"
        return
    binaries = find_binaries()
    assert binaries is not None, "PostgreSQL's server programs are not installed"
    with private_postgres(binaries) as url:
        yield url


def environment(url: str, folder: Path) -> dict[str, str]:
    """Return the environment of all programs on that database."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    settings = {
        "DATABASE_URL": url,
        "ABUSE_LIMITS": "off",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }
    return demo_environment(inherited | settings, folder)


def run_workers(values: dict[str, str], *, processes: int, attempts: int) -> Counter[str]:
    """Run the processes at the same time and count the outcomes of all attempts."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.soak.contention_worker", str(number), str(share)],
            cwd=ROOT,
            env=values,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, share in enumerate(divide(attempts, processes))
    ]
    total: Counter[str] = Counter()
    try:
        for process in running:
            output, _ = process.communicate()
            total.update(json.loads(output or '{"a process ended without an answer": 1}'))
    finally:
        for process in running:
            process.kill()
    return total


def divide(attempts: int, processes: int) -> list[int]:
    """Return the number of attempts of each process."""
    base, rest = divmod(attempts, processes)
    return [base + (number < rest) for number in range(processes)]


def is_as_expected(outcomes: Counter[str]) -> bool:
    """Whether all outcomes are expected ones, and some attempts succeeded and some were refused."""
    return set(outcomes) <= EXPECTED_OUTCOMES and outcomes["held"] > 0 and outcomes["SlotTaken"] > 0


def run(name: str, *, attempts: int, processes: int) -> bool:
    """Run all attempts on one database and print the figures. Return whether it passed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clinic-soak-")))
        values = environment(stack.enter_context(database(name, folder)), folder)
        for command in (MIGRATE, LOAD_DEMO):
            subprocess.run(command, cwd=ROOT, env=values, check=True, stdout=subprocess.DEVNULL)
        started = time.monotonic()
        outcomes = run_workers(values, processes=processes, attempts=attempts)
    seconds = time.monotonic() - started
    counts = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(outcomes.items()))
    print(f"{name}: {attempts:,} attempts of {processes} processes in {seconds:.0f} s: {counts}")
    print(f"{name}: {outcomes['OVERLAP']} overlaps", flush=True)
    return is_as_expected(outcomes)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    given = parser.parse_args(arguments)
    exit_on_sigterm()
    names = [given.database] if given.database else ["sqlite", "postgresql"]
    passed = [run(name, attempts=given.attempts, processes=given.processes) for name in names]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
