"""One upgrade under load, from one commit on one database."""

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
from tests.servers.site import OURS
from tests.soak import processes
from tests.soak.database import PostgreSQL, SQLite
from tests.soak.journal import Journal, read
from tests.soak.site import SiteProgram
from tests.upgrade import restart
from tests.upgrade.releases import ROOT, unpack

POLL_SECONDS, MAX_SECONDS = 0.2, 60.0
MORE_BOOKINGS = 10
"""How many bookings to wait for before the upgrade, and again after it."""
THERAPISTS = 20
PROGRAMS = """
import json, sys
from clinic import supervisor
list_programs = getattr(supervisor, "server_programs", None) or supervisor.programs
print(json.dumps([[*program.command] for program in list_programs(int(sys.argv[1]), "2")]))
"""
"""The older name of the function is `programs`."""


def old_commands(tree: Path, port: int, environment: Mapping[str, str]) -> list[list[str]]:
    """Return the commands of an older web server and worker, as its own supervisor starts them."""
    listed = subprocess.run(
        [sys.executable, "-c", PROGRAMS, str(port)],
        cwd=tree, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    commands = json.loads(listed.stdout.splitlines()[-1])
    return [["env", "-C", str(tree), *command] for command in commands]


@dataclass
class Trial:
    """The site in a folder: first the older code, then this one, on the same database."""

    commit: str
    appointments: int
    database: PostgreSQL | SQLite
    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        settings = {
            "DATABASE_URL": self.database.url,
            "PORT": str(self.port),
            "ABUSE_LIMITS": "off",
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
        }
        self.environment = demo_environment(inherited | settings, self.folder)
        self.log, self.journal = self.folder / "log", self.folder / "journal.jsonl"
        self.old = unpack(self.commit, self.folder / "old")

    def run(self) -> dict[str, Any]:
        """Prepare, upgrade while guests book, and return the figures."""
        self.prepare()
        old, new = self.old_programs(), self.new_programs()
        for program in old:
            program.start()
        for program in old:
            program.wait()
        with self.guests():
            self.wait_for_bookings()
            began = time.monotonic()
            upgrade = self.start_upgrade()
            self.replace(old, new, upgrade)
            ended = time.monotonic()
            self.wait_for_bookings()
        Journal(self.journal).fault("upgrade", started=began, recovered=ended)
        for program in new:
            program.end()
        took = round(ended - began, 1)
        return {"upgrade took": took, "exit code": upgrade.returncode} | self.outcome()

    def wait_for_bookings(self) -> None:
        """Return when guests have booked some times more, or after MAX_SECONDS."""
        wanted, until = self.bookings() + MORE_BOOKINGS, time.monotonic() + MAX_SECONDS
        while self.bookings() < wanted and time.monotonic() < until:
            time.sleep(POLL_SECONDS)

    def bookings(self) -> int:
        """Return how many bookings were acknowledged so far."""
        booked = {"what": "booked", "outcome": "acknowledged"}
        return sum(booked.items() <= line.items() for line in read(self.journal))

    def prepare(self) -> None:
        """Create the database of a demo clinic with the older code."""
        self.database.create()
        size = ["--therapists", str(THERAPISTS), "--rooms", str(THERAPISTS)]
        size += ["--appointments", str(self.appointments)]
        for words in (["migrate"], ["collectstatic", "--noinput"], ["load_demo", *size]):
            self.check_output([sys.executable, "manage.py", *words], self.old)

    def old_programs(self) -> list[SiteProgram]:
        """Return the older web server and worker, as its own supervisor starts them."""
        return self.programs(old_commands(self.old, self.port, self.environment))

    def new_programs(self) -> list[SiteProgram]:
        return self.programs([program.command for program in server_programs(self.port, "2")])

    def programs(self, commands: Sequence[Sequence[str]]) -> list[SiteProgram]:
        web, worker = commands
        environment = self.environment
        return [
            SiteProgram("web", web, environment, self.log, lambda: is_healthy(self.port)),
            SiteProgram("worker", worker, environment, self.log, lambda: True),
        ]

    @contextmanager
    def guests(self) -> Iterator[None]:
        """Let the guests act within this block."""
        command = [sys.executable, "-m", "tests.upgrade.guests", str(self.port), str(self.journal)]
        users = processes.start(command, self.environment, self.log)
        yield
        processes.end(users)

    def start_upgrade(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.upgrade.restart", str(self.folder)]
        words = ["--yes", "--backup-to", str(self.folder / "before.zip")]
        words += ["--restart-command", " ".join(command)]
        program = [sys.executable, "manage.py", "upgrade", *words]
        return processes.start(program, self.environment, self.folder / "upgrade.log")

    def replace(
        self,
        old: Sequence[SiteProgram],
        new: Sequence[SiteProgram],
        upgrade: "subprocess.Popen[bytes]",
    ) -> None:
        """Restart the site when the upgrade asks for it: stop the old programs, start the new."""
        while upgrade.poll() is None:
            if (self.folder / restart.WANTED).exists() and old[0].running.poll() is None:
                for program in old:
                    program.end()
                for program in new:
                    program.start()
                for program in new:
                    program.wait()
                (self.folder / restart.DONE).touch()
            time.sleep(POLL_SECONDS)
        if upgrade.returncode:
            print((self.folder / "upgrade.log").read_text(), file=sys.stderr)
            for program in old:
                program.end()

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

    def check_output(self, command: Sequence[str], folder: Path) -> str:
        """Run a program on the site's data and return its output."""
        with self.log.open("ab") as log:
            return subprocess.run(
                command, cwd=folder, env=self.environment, stdout=subprocess.PIPE, stderr=log,
                text=True, check=True,
            ).stdout  # fmt: skip
