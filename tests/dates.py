"""The tests on other days: `python -m tests.dates [part ...]` (make test-dates).

Each part of tests/everything.py but lint and the soak, or only those that are named, runs once for
each of DAYS, with the clock of the machine changed for its processes by libfaketime. Python, the
databases and the servers that the tests start then live on that day; no test knows of it.
Chromium is far too slow with libfaketime: only the clock of its pages is changed
(tests/browser/conftest.py). With DAYS_ONLY set to the beginning of some dates only those are tried:
`DAYS_ONLY=2028,2027-03 make test-dates`.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.everything import PARTS, PYTHON, ROOT
from tests.servers.faketime import environment_on, find_library

DAYS = (
    "2028-02-29T12:00",  # a leap day
    "2026-12-31T23:30",  # the clinic's year ends six and a half hours later than UTC's
    "2026-10-25T09:00",  # Europe puts its clocks back
    "2026-11-01T09:00",  # the United States put their clocks back
    "2027-03-14T09:00",  # the United States put their clocks forward
    "2027-03-28T09:00",  # Europe puts its clocks forward
)
"""Instants in UTC. The change of the clocks in Chicago is at 7 and 8 o'clock, in Europe at 1."""
WITHOUT_DATE = {"lint", "soak"}


@dataclass(frozen=True, slots=True)
class Tally:
    """How one part went on one day."""

    day: str
    part: str
    is_good: bool
    outcomes: Counter[str]
    failures: tuple[str, ...]

    @property
    def line(self) -> str:
        """The line of the table: run, passed, failed, skipped."""
        failed = self.outcomes["failed"] + self.outcomes["error"]
        passed, skipped = self.outcomes["passed"], self.outcomes["skipped"]
        verdict = "" if self.is_good else "  FAILED"
        if not self.outcomes:
            return f"{self.day:<18}{self.part:<12}{'not run':>7}{verdict}"
        numbers = "".join(f"{number:>8}" for number in (passed + failed, passed, failed, skipped))
        return f"{self.day:<18}{self.part:<12}{numbers}{verdict}"


def run_part_on(day: str, part: str, library: Path) -> Tally:
    """Run one part on one day."""
    print(f"\n========== {day} UTC: {part} ==========", flush=True)
    with tempfile.TemporaryDirectory(prefix="clinic-dates-") as folder:
        results = Path(folder) / "results"
        environment = environment_on(day, library) | {"RESULTS_FILE": str(results)}
        command = [PYTHON, "-m", "tests.everything", part]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        lines = results.read_text().splitlines() if results.exists() else []
    return tally(day, part, lines, is_good=code == 0)


def tally(day: str, part: str, lines: list[str], *, is_good: bool) -> Tally:
    """Count the lines that tests/conftest.py writes: an outcome and the name of a test."""
    rows = [line.split(" ", 1) for line in lines]
    failures = tuple(test for outcome, test in rows if outcome in ("failed", "error"))
    return Tally(day, part, is_good, Counter(outcome for outcome, _ in rows), failures)


def print_table(tallies: list[Tally]) -> None:
    """Print what was run on each day, and the names of the tests that failed."""
    heads = "".join(f"{head:>8}" for head in ("run", "passed", "failed", "skipped"))
    print(f"\n{'day (UTC)':<18}{'part':<12}{heads}")
    for tally in tallies:
        print(tally.line)
    for tally in tallies:
        for test in tally.failures:
            print(f"FAILED on {tally.day}: {test}")


def main(parts: list[str]) -> int:
    """Run the parts on every day; return 1 if any failed."""
    parts = parts or [name for name in PARTS if name not in WITHOUT_DATE]
    if unknown := {*parts} - {*PARTS}:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
        return 2
    library = find_library()
    if library is None:
        print("!!! NOT RUN: libfaketime is not installed.", file=sys.stderr)
        return 1
    wanted = tuple(os.environ.get("DAYS_ONLY", "").split(","))
    days = [day for day in DAYS if day.startswith(wanted)]
    tallies = [run_part_on(day, part, library) for day in days for part in parts]
    print_table(tallies)
    return int(not tallies or not all(tally.is_good for tally in tallies))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
