"""The tests on other days: `python -m tests.dates [part ...]` (make test-dates).

Each part of tests/everything.py (sqlite unless told otherwise) runs once for each of DAYS, with
the clock of the machine changed for its processes by libfaketime. Python, SQLite and the servers
that the tests start then live on that day; nothing in the tests knows of it. With DAYS_ONLY set
to the beginning of some dates only those are tried: `DAYS_ONLY=2028 make test-dates`.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.everything import ROOT

DAYS = (
    "2028-02-29T12:00",  # a leap day
    "2026-12-31T23:30",  # the clinic's year ends six and a half hours later than UTC's
    "2026-10-25T09:00",  # Europe puts its clocks back
    "2026-11-01T09:00",  # the United States put their clocks back
    "2027-03-14T09:00",  # the United States put their clocks forward
    "2027-03-28T09:00",  # Europe puts its clocks forward
)
"""Instants in UTC. The change of the clocks in Chicago is at 7 and 8 o'clock, in Europe at 1."""
LIBRARIES = "*/faketime/libfaketimeMT.so.1"


def find_library() -> Path | None:
    """Return the path at which Debian's libfaketime package installs the library."""
    return next(Path("/usr/lib").glob(LIBRARIES), None)


def environment_on(day: str, library: Path) -> dict[str, str]:
    """The clock is shifted, not set: all processes agree, and time goes on."""
    shift = datetime.fromisoformat(day).replace(tzinfo=UTC) - datetime.now(UTC)
    return os.environ | {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{shift.total_seconds():+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # waiting times are not changed
        "NO_FAKE_STAT": "1",
    }


def main(parts: list[str]) -> int:
    """Runs the parts on every day; 1 when any failed."""
    library = find_library()
    if library is None:
        print("!!! NOT RUN: libfaketime is not installed.", file=sys.stderr)
        return 1
    wanted = tuple(os.environ.get("DAYS_ONLY", "").split(","))
    failed = []
    for day in (day for day in DAYS if day.startswith(wanted)):
        print(f"\n========== {day} UTC ==========", flush=True)
        command = [sys.executable, "-m", "tests.everything", *(parts or ["sqlite"])]
        environment = environment_on(day, library)
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            failed.append(day)
    print(f"\nFailed on: {', '.join(failed) or 'no day'}.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
