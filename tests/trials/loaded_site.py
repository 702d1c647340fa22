"""A served demo clinic in a folder, with guests who book meanwhile and a check of what they did."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clinic.supervisor import demo_environment, is_healthy, server_programs
from tests.servers.ports import free_port
from tests.servers.site import OURS, ROOT
from tests.soak import processes
from tests.soak.database import PostgreSQL, SQLite
from tests.soak.journal import read
from tests.soak.site import SiteProgram

POLL_SECONDS, MAX_SECONDS = 0.2, 60.0
MORE_BOOKINGS = 10
"""How many bookings to wait for before what is tried, and again after it."""
THERAPISTS = 20
MAX_SHOWN = 4_000
"""How many characters of the log are printed when a program fails."""
WEB_PROCESSES = "2"


@dataclass
class LoadedSite:
    """A clinic with `appointments` on a database, in a folder, served on a free port.

    `settings` are variables of the environment of all its programs.
    """

    appointments: int
    database: PostgreSQL | SQLite
    folder: Path
    port: int = field(default_factory=free_port)
    settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {
            "DATABASE_URL": self.database.url,
            "PORT": str(self.port),
            "ABUSE_LIMITS": "off",
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
        }
        self.environment = demo_environment(inherited | own | dict(self.settings), self.folder)
        self.log, self.journal = self.folder / "log", self.folder / "journal.jsonl"

    def prepare(self, tree: Path = ROOT) -> None:
        """Create the database of a demo clinic with the code in `tree`."""
        self.database.create()
        size = ["--therapists", str(THERAPISTS), "--rooms", str(THERAPISTS)]
        size += ["--appointments", str(self.appointments)]
        for words in (["migrate"], ["collectstatic", "--noinput"], ["load_demo", *size]):
            self.manage(*words, tree=tree)

    def new_programs(self) -> list[SiteProgram]:
        """Return the web server and the worker, not started."""
        commands = [program.command for program in server_programs(self.port, WEB_PROCESSES)]
        return self.programs(commands)

    def programs(self, commands: Sequence[Sequence[str]]) -> list[SiteProgram]:
        """Return the programs of these commands: of the web server, then of the worker."""
        web, worker = commands
        environment = self.environment
        return [
            SiteProgram("web", web, environment, self.log, lambda: is_healthy(self.port)),
            SiteProgram("worker", worker, environment, self.log, lambda: True),
        ]

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve the site within this block."""
        programs = self.new_programs()
        for program in programs:
            program.start()
        try:
            for program in programs:
                program.wait()
            yield
        finally:
            for program in programs:
                program.end()

    @contextmanager
    def guests(self, name: str = "guest") -> Iterator[None]:
        """Let guests act within this block. Those of another block have another name."""
        command = [sys.executable, "-m", "tests.upgrade.guests"]
        command += [str(self.port), str(self.journal), name]
        users = processes.start(command, self.environment, self.log)
        try:
            yield
        finally:
            processes.end(users)

    def wait_for_bookings(self) -> None:
        """Return when guests have booked some times more, or after MAX_SECONDS."""
        wanted, until = self.bookings() + MORE_BOOKINGS, time.monotonic() + MAX_SECONDS
        while self.bookings() < wanted and time.monotonic() < until:
            time.sleep(POLL_SECONDS)

    def bookings(self) -> int:
        """Return how many bookings were acknowledged so far."""
        booked = {"what": "booked", "outcome": "acknowledged"}
        return sum(booked.items() <= line.items() for line in read(self.journal))

    def outcome(self) -> dict[str, Any]:
        """Compare what the guests were told with the database, and run verify_bookings."""
        command = [sys.executable, "-m", "tests.upgrade.outcome", str(self.journal)]
        found: dict[str, Any] = json.loads(self.check_output(command, ROOT).splitlines()[-1])
        verified = subprocess.run(
            [sys.executable, "manage.py", "verify_bookings"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        found["verify_bookings"] = (verified.stdout + verified.stderr).strip().splitlines()[-1]
        return found

    def manage(self, *words: str, tree: Path = ROOT) -> str:
        """Run a command of manage.py on the site's data and return its output.

        Raises CalledProcessError if it fails.
        """
        return self.check_output([sys.executable, "manage.py", *words], tree)

    def check_output(self, command: Sequence[str], folder: Path) -> str:
        """Run a program on the site's data and return its output.

        Raises CalledProcessError, after the end of the log was printed.
        """
        with self.log.open("ab") as log:
            done = subprocess.run(
                command, cwd=folder, env=self.environment, stdout=subprocess.PIPE, stderr=log,
                text=True, check=False,
            )  # fmt: skip
        if done.returncode:
            print(done.stdout[-MAX_SHOWN:], self.log.read_text()[-MAX_SHOWN:], file=sys.stderr)
        done.check_returncode()
        return done.stdout
