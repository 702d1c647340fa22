"""One run on one database: `python -m tests.soak.run sqlite|postgresql [--long SECONDS]`.

Prints a line of JSON with the violations and the figures at the end, and progress to stderr. The
programs that it starts end with it.
"""

import argparse
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers.postgres import exit_on_sigterm, find_binaries
from tests.soak import processes
from tests.soak.database import PostgreSQL, SQLite
from tests.soak.faults import KILL, Fault, list_faults, plan
from tests.soak.health_probe import MAX_RECOVERY_SECONDS, HealthProbe
from tests.soak.journal import Journal
from tests.soak.site import Site

PAUSE_SECONDS_BETWEEN_FAULTS = (0.5, 2.0)
"""The shortest and longest time between two faults."""
POSTGRESQL_STARTS = "all restarts of postgresql"
MIN_RESTARTS, MIN_KILLS = 50, 200
"""Of the long form: restarts of PostgreSQL, and kills of anything."""
DRAIN_SECONDS = 900.0
KEPT_FILES = ("log", "*.json*", "clinic.sqlite3*", "secrets.env")
"""What is kept of a site's folder. The database can be read with the secrets of the demo."""
EXPECTED_ERROR = re.compile(r"clinic\.requests: (409|503) at ")


class SoakRun:
    """A site under load into which faults are injected."""

    def __init__(self, site: Site, *, seconds: float, seed: int) -> None:
        self.site, self.seconds = site, seconds
        self.journal_file = site.folder / "journal.jsonl"
        self.journal = Journal(self.journal_file)
        self.choice = random.Random(seed)
        self.probe = HealthProbe(site.port, self.journal)
        self.counts: Counter[str] = Counter()
        self.longest_recovery = 0.0
        self.started = time.monotonic()

    def run(self) -> dict[str, Any]:
        """Do the whole run and return the violations and figures."""
        self.site.prepare()
        self._report("prepared")
        self.site.start()
        self.probe.prepare()
        self._report("in service")
        with self._users_active():
            self._cause_faults()
        self._report("deliver the waiting mails")
        self._drain_outbox()
        self.site.stop()
        result = self._check_result()
        result["figures"] |= {
            "faults": self.counts,
            "longest recovery": round(self.longest_recovery, 1),
            "seconds": round(time.monotonic() - self.started),
        }
        return result

    @contextmanager
    def _users_active(self) -> Iterator[None]:
        """Let the simulated users act within this block."""
        program = (sys.executable, "-m", "tests.soak.users")
        command = (*program, str(self.site.port), str(self.journal_file))
        users = processes.start(command, self.site.environment, self.site.folder / "log")
        yield
        processes.end(users)

    def _cause_faults(self) -> None:
        """Inject each fault once; in the long form, until its time and its counts are reached."""
        faults = list_faults(self.site, self.choice)
        until = time.monotonic() + self.seconds
        for number, fault in enumerate(plan(faults, self.choice)):
            if number >= len(faults) and time.monotonic() >= until and self._is_enough():
                return
            time.sleep(self.choice.uniform(*PAUSE_SECONDS_BETWEEN_FAULTS))
            self._cause(fault)

    def _is_enough(self) -> bool:
        """Whether the minimum counts of the long form are reached; the short form has none."""
        if not self.seconds:
            return True
        is_file = isinstance(self.site.database, SQLite)
        restarts = self.counts[POSTGRESQL_STARTS]
        return self.counts[KILL] >= MIN_KILLS and (is_file or restarts >= MIN_RESTARTS)

    def _cause(self, fault: Fault) -> None:
        """Inject a fault, and wait until the site has recovered."""
        started = time.monotonic()
        fault.cause()
        recovered = time.monotonic()
        seconds, slowdown = self.probe.wait_for_service()
        on_an_idle_machine = seconds / slowdown
        self.counts[fault.name] += 1
        self.counts[fault.kind] += 1
        self.counts[POSTGRESQL_STARTS] += fault.starts_postgresql
        self.longest_recovery = max(self.longest_recovery, on_an_idle_machine)
        figures = f"recovered after {seconds:.1f} s; machine {slowdown:.1f} times slower than idle"
        self._report(f"{fault.name}: {figures}")
        self.journal.fault(fault.name, started=started, recovered=recovered, allowed=seconds)
        if on_an_idle_machine > MAX_RECOVERY_SECONDS:
            self.journal.violation(fault.name, figures)

    def _drain_outbox(self) -> None:
        """Deliver the waiting mails. The short form skips the pauses between tries."""
        command = [sys.executable, "-m", "tests.soak.drain_outbox"]
        if not self.seconds:
            self.site.worker.end()
            self.site.run([*command, "--skip-pauses"])
        else:
            self.site.run([*command, f"--wait={DRAIN_SECONDS:.0f}"])

    def _check_result(self) -> dict[str, Any]:
        """Compare the journal with the database and the mails."""
        output = self.site.folder / "result.json"
        program = (sys.executable, "-m", "tests.soak.result_check")
        with output.open("wb") as file:
            self.site.run((*program, str(self.journal_file), str(self.site.mails)), file)
        result: dict[str, Any] = json.loads(output.read_text().splitlines()[-1])
        try:
            self.site.run((sys.executable, "manage.py", "verify_bookings"))
        except subprocess.CalledProcessError:
            result["violations"].append("verify_bookings found a fault: see the end of the log")
        return result

    def _report(self, what: str) -> None:
        name, seconds = self.site.database.name, time.monotonic() - self.started
        print(f"{name} {seconds:6.1f} s  {what}", file=sys.stderr, flush=True)


@contextmanager
def new_site(database: str) -> Iterator[Site]:
    """Yield a site in a temporary folder; stop all of it and delete the folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="clinic-soak-"))
    site = None
    try:
        if database == "sqlite":
            site = Site(folder, SQLite(folder))
        else:
            binaries = find_binaries()
            assert binaries is not None, "PostgreSQL's server programs are not installed"
            site = Site(folder, PostgreSQL(binaries))
        yield site
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):  # asked to stop twice, we stop once
            signal.signal(sign, signal.SIG_IGN)
        if site:
            site.stop()
            site.database.delete()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Do the run that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgresql"])
    parser.add_argument("--long", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="keep the log and the journal in this folder")
    options = parser.parse_args()
    exit_on_sigterm()
    with new_site(options.database) as site:
        folder = options.keep / options.database if options.keep else None
        try:
            result = SoakRun(site, seconds=options.long, seed=options.seed).run()
        except Exception:
            print(f"What is left of the run: {keep(site, folder)}", file=sys.stderr, flush=True)
            raise
        if folder or result["violations"]:
            result["kept"] = str(keep(site, folder))
        result["errors"] = unexpected_errors(site.folder / "log")
    print(json.dumps(result))
    sys.exit(bool(result["violations"]))


def keep(site: Site, folder: Path | None) -> Path:
    """Copy the logs, the journal, the results and a database file to a folder, and return it.

    Without a folder a temporary one is made.
    """
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix=f"clinic-soak-failed-{site.database.name}-"))
    folder.mkdir(parents=True, exist_ok=True)
    files = [file for pattern in KEPT_FILES for file in site.folder.glob(pattern)]
    for file in (*files, *site.database.logs()):
        shutil.copy(file, folder / f"{file.parent.name}-{file.name}")
    return folder


def unexpected_errors(log: Path) -> list[str]:
    """Return the errors in a log of the site, without those that faults and locks explain."""
    lines = log.read_text(errors="replace").splitlines()
    return [line for line in lines if " ERROR " in line and not EXPECTED_ERROR.search(line)]


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
