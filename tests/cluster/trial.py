"""A run: users book through HAProxy while a web server, a worker and the primary are killed."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.cluster.machines import WEB_MACHINES, Cluster
from tests.servers.starting import wait_until
from tests.soak import processes
from tests.soak.health_probe import HealthProbe
from tests.soak.journal import Journal

MAX_SECONDS = 60.0
"""How long the site may be out of service after a kill."""
PAUSE_SECONDS = 8.0
"""How long users act before each kill and at the end."""
STANDBY_SECONDS = 120.0


class Trial:
    """A cluster under load in which programs are killed."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.journal_file = cluster.folder / "journal.jsonl"
        self.journal = Journal(self.journal_file)
        self.probe = HealthProbe(cluster.port, self.journal)
        self.seconds: dict[str, float] = {}
        self.started = time.monotonic()

    def run(self) -> dict[str, Any]:
        """Do the run and return figures and violations."""
        self.cluster.prepare()
        self._report("database, pooler and cache run; the demo is loaded")
        self.cluster.start()
        self.probe.prepare()
        self._wait_for_standby()
        self._report("in service, with a synchronous standby")
        self._try_picture_and_https()
        with self._users_active():
            self._cause("a web server killed", self._kill_web, self.probe.is_served)
            self._cause("a worker killed", self._kill_worker, self._mail_is_sent())
            self._cause("Redis killed", self.cluster.programs["redis"].kill, self.probe.is_served)
            self._cause("the primary killed", self._kill_primary, self.probe.is_served)
            time.sleep(PAUSE_SECONDS)
        self._rejoin()
        return self._check_result()

    def _try_picture_and_https(self) -> None:
        """Store a picture once, and see that each web machine shows it; try https."""
        output = self.cluster.folder / "picture"
        self.cluster.run((sys.executable, "-m", "tests.cluster.add_picture"), output)
        self.pictures = self.cluster.shown_by(output.read_text().strip())
        if self.pictures < len(WEB_MACHINES):
            self.journal.violation("picture", f"shown by {self.pictures} web machines only")
        if not self.cluster.has_https():
            self.journal.violation("https", "the balancer does not answer as it should")

    @contextmanager
    def _users_active(self) -> Iterator[None]:
        command = (sys.executable, "-m", "tests.soak.users")
        users = processes.start(
            (*command, str(self.cluster.port), str(self.journal_file)),
            self.cluster.environment,
            self.cluster.folder / "log",
        )
        try:
            yield
        finally:
            processes.end(users)

    def _cause(self, name: str, kill: Callable[[], None], is_back: Callable[[], bool]) -> None:
        """Kill something while users act, and measure the time until the site is in service."""
        time.sleep(PAUSE_SECONDS)
        started = time.monotonic()
        kill()
        while not is_back() and time.monotonic() - started < 2 * MAX_SECONDS:
            time.sleep(0.1)
        recovered = time.monotonic()
        self.seconds[name] = round(recovered - started, 1)
        # Programs that share two processors come back more slowly for the users than for the probe.
        self.journal.fault(name, started=started, recovered=recovered, allowed=PAUSE_SECONDS)
        self._report(f"{name}: back after {self.seconds[name]} s")
        if self.seconds[name] > MAX_SECONDS:
            self.journal.violation(name, f"back after {self.seconds[name]} s")

    def _kill_web(self) -> None:
        self.cluster.programs["web1 web"].kill()

    def _kill_worker(self) -> None:
        """Kill a worker; the web server that was killed before is back."""
        self.cluster.programs["web1 web"].start()
        self.cluster.programs["web1 worker"].kill()

    def _kill_primary(self) -> None:
        self.cluster.programs["web1 worker"].start()
        self.killed = self.cluster.primary()
        self.cluster.kill_machine(self.killed)

    def _mail_is_sent(self) -> Callable[[], bool]:
        """Return a function that says whether three mails arrived since its first call."""
        seen: list[int] = []

        def is_sent() -> bool:
            file = self.cluster.mails
            seen.append(len(file.read_text().splitlines()) if file.exists() else 0)
            return seen[-1] >= seen[0] + 3

        return is_sent

    def _wait_for_standby(self) -> None:
        process = self.cluster.programs["db2"].running
        wait_until(
            self.cluster.has_synchronous_standby, process, "The standby", quiet=STANDBY_SECONDS
        )

    def _rejoin(self) -> None:
        """Start the killed machine again, which must become the synchronous standby."""
        started = time.monotonic()
        program = self.cluster.programs[self.killed]
        program.start()
        wait_until(
            self.cluster.has_synchronous_standby,
            program.running,
            f"{self.killed}, which was killed,",
            quiet=STANDBY_SECONDS,
        )
        self.seconds["the killed primary is a standby again"] = round(time.monotonic() - started, 1)

    def _check_result(self) -> dict[str, Any]:
        """Deliver what waits, and compare journal, database and mails."""
        for name in ("web1 worker", "web2 worker"):
            self.cluster.programs[name].end()
        self._report("deliver the waiting mails")
        self.cluster.run([sys.executable, "-m", "tests.soak.drain_outbox", "--skip-pauses"])
        output = self.cluster.folder / "result.json"
        checker = (sys.executable, "-m", "tests.soak.result_check")
        self.cluster.run((*checker, str(self.journal_file), str(self.cluster.mails)), output)
        result: dict[str, Any] = json.loads(output.read_text().splitlines()[-1])
        self.cluster.run((sys.executable, "manage.py", "verify_bookings"))
        result["seconds"] = self.seconds
        result["pictures"] = self.pictures
        result["kinds"] = dict(Counter(map(kind_of_violation, result["violations"])))
        return result

    def _report(self, what: str) -> None:
        print(f"{time.monotonic() - self.started:6.1f} s  {what}", file=sys.stderr, flush=True)


def kind_of_violation(message: str) -> str:
    """Return which figure a violation of tests.soak.result_check belongs to."""
    kinds = {
        "double": r" share | is booked \d+ times",
        "mailed twice": r" was mailed \d+ times",
        "lost": r", expected ",
    }
    found = (kind for kind, pattern in kinds.items() if re.search(pattern, message))
    return next(found, "other")
