"""Many processes after the same times, without HTTP: no two ever have one.

    python -m tests.soak.contention [--attempts 100000] [--processes 8] [--database sqlite]

Prints how the attempts ended, and ends with 1 if anything overlapped, or ended in an error of the
database that no person should see.
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
LATE = "ChangeInProgress"
"""Somebody waited too long for a lock and is told so; that too is a sentence."""
FINE = {"held", "booked", *REFUSALS, LATE}


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


def contend(values: dict[str, str], *, processes: int, attempts: int) -> Counter[str]:
    """Run the processes at the same time and count how their attempts ended."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.soak.contender", str(number), str(share)],
            cwd=ROOT,
            env=values,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, share in enumerate(shares(attempts, processes))
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


def shares(attempts: int, processes: int) -> list[int]:
    """Divide the attempts among the processes."""
    base, rest = divmod(attempts, processes)
    return [base + (number < rest) for number in range(processes)]


def is_fine(outcomes: Counter[str]) -> bool:
    """Whether all attempts ended in a booking or a sentence, and some in each."""
    return set(outcomes) <= FINE and outcomes["held"] > 0 and outcomes["SlotTaken"] > 0


def run(name: str, *, attempts: int, processes: int) -> bool:
    """Contend on one database and print the figures. Whether all was well."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clinic-soak-")))
        values = environment(stack.enter_context(database(name, folder)), folder)
        for command in (MIGRATE, LOAD_DEMO):
            subprocess.run(command, cwd=ROOT, env=values, check=True, stdout=subprocess.DEVNULL)
        started = time.monotonic()
        outcomes = contend(values, processes=processes, attempts=attempts)
    seconds = time.monotonic() - started
    told = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(outcomes.items()))
    print(f"{name}: {attempts:,} attempts of {processes} processes in {seconds:.0f} s: {told}")
    print(f"{name}: {outcomes['OVERLAP']} overlaps", flush=True)
    return is_fine(outcomes)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    given = parser.parse_args(arguments)
    exit_on_sigterm()
    names = [given.database] if given.database else ["sqlite", "postgresql"]
    fine = [run(name, attempts=given.attempts, processes=given.processes) for name in names]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
