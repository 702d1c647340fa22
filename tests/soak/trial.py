"""A trial of one database: `python -m tests.soak.trial sqlite|postgresql [--long SECONDS]`.

Prints a line of JSON with the breaches and the figures at the end; what happens meanwhile goes to
stderr. The programs that it starts end with it.
"""

import argparse
import json
import random
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
from tests.soak.faults import KILL, Fault, faults_of, plan
from tests.soak.journal import Journal
from tests.soak.prober import BACK_SECONDS, Prober
from tests.soak.site import Site

CALM_SECONDS = (0.5, 2.0)
"""Between two faults."""
POSTGRESQL_STARTS = "all restarts of postgresql"
LEAST_RESTARTS, LEAST_KILLS = 50, 200
"""Of the long form: restarts of PostgreSQL, and kills of anything."""
DRAIN_SECONDS = 900.0


class Trial:
    """One site under load, and what is done to it."""

    def __init__(self, site: Site, *, seconds: float, seed: int) -> None:
        self.site, self.seconds = site, seconds
        self.journal_file = site.folder / "journal.jsonl"
        self.journal = Journal(self.journal_file)
        self.choice = random.Random(seed)
        self.prober = Prober(site.port, self.journal)
        self.counts: Counter[str] = Counter()
        self.longest_recovery = 0.0
        self.started = time.monotonic()

    def run(self) -> dict[str, Any]:
        """Run the whole trial and return the breaches and figures."""
        self.site.prepare()
        self._tell("prepared")
        self.site.start()
        self.prober.prepare()
        self._tell("in service")
        with self._crowd():
            self._cause_faults()
        self._tell("deliver the rest")
        self._deliver_rest()
        self.site.stop()
        result = self._verdict()
        result["figures"] |= {
            "faults": self.counts,
            "longest recovery": round(self.longest_recovery, 1),
            "seconds": round(time.monotonic() - self.started),
        }
        return result

    @contextmanager
    def _crowd(self) -> Iterator[None]:
        """Let the crowd use the site within this block, and let it finish at the end."""
        program = (sys.executable, "-m", "tests.soak.crowd")
        command = (*program, str(self.site.port), str(self.journal_file))
        crowd = processes.start(command, self.site.environment, self.site.folder / "log")
        yield
        processes.end(crowd)

    def _cause_faults(self) -> None:
        """Cause each fault once, or in the long form as many as its time and its counts ask for."""
        faults = faults_of(self.site, self.choice)
        until = time.monotonic() + self.seconds
        for number, fault in enumerate(plan(faults, self.choice)):
            if number >= len(faults) and time.monotonic() >= until and self._is_enough():
                return
            time.sleep(self.choice.uniform(*CALM_SECONDS))
            self._cause(fault)

    def _is_enough(self) -> bool:
        """Whether the long form has had all that it must have; the short one always has."""
        if not self.seconds:
            return True
        is_file = isinstance(self.site.database, SQLite)
        restarts = self.counts[POSTGRESQL_STARTS]
        return self.counts[KILL] >= LEAST_KILLS and (is_file or restarts >= LEAST_RESTARTS)

    def _cause(self, fault: Fault) -> None:
        """Cause a fault, and wait until the site is back."""
        started = time.monotonic()
        fault.cause()
        recovered = time.monotonic()
        seconds, slowness = self.prober.wait_for_service()
        on_a_free_machine = seconds / slowness
        self.counts[fault.name] += 1
        self.counts[fault.kind] += 1
        self.counts[POSTGRESQL_STARTS] += fault.starts_postgresql
        self.longest_recovery = max(self.longest_recovery, on_a_free_machine)
        told = f"back after {seconds:.1f} s on a machine {slowness:.1f} times slower than free"
        self._tell(f"{fault.name}: {told}")
        self.journal.fault(fault.name, started=started, recovered=recovered, allowed=seconds)
        if on_a_free_machine > BACK_SECONDS:
            self.journal.breach(fault.name, told)

    def _deliver_rest(self) -> None:
        """Deliver what is waiting. The short form does not wait for the pauses between tries."""
        command = [sys.executable, "-m", "tests.soak.rest"]
        if not self.seconds:
            self.site.worker.end()
            self.site.run([*command, "--hurry"])
        else:
            self.site.run([*command, f"--wait={DRAIN_SECONDS:.0f}"])

    def _verdict(self) -> dict[str, Any]:
        """Compare what the crowd was told with the database and the mails."""
        output = self.site.folder / "verdict.json"
        program = (sys.executable, "-m", "tests.soak.verdict")
        with output.open("wb") as file:
            self.site.run((*program, str(self.journal_file), str(self.site.mails)), file)
        result: dict[str, Any] = json.loads(output.read_text().splitlines()[-1])
        try:
            self.site.run((sys.executable, "manage.py", "verify_bookings"))
        except subprocess.CalledProcessError:
            result["breaches"].append("verify_bookings found a fault: see the end of the log")
        return result

    def _tell(self, what: str) -> None:
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
    """Run the trial that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgresql"])
    parser.add_argument("--long", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="copy the log and the journal to this folder")
    options = parser.parse_args()
    exit_on_sigterm()
    with new_site(options.database) as site:
        try:
            result = Trial(site, seconds=options.long, seed=options.seed).run()
        finally:
            if options.keep:
                _keep(site, options.keep / options.database)
    print(json.dumps(result))
    sys.exit(bool(result["breaches"]))


def _keep(site: Site, folder: Path) -> None:
    """Copy what tells how a trial went."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in (*site.folder.glob("log"), *site.folder.glob("*.json*"), *site.database.logs()):
        shutil.copy(file, folder / f"{file.parent.name}-{file.name}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
