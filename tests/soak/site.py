"""The site of a run: database, mail server, web server and worker, in a temporary folder."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from clinic.supervisor import demo_environment, is_healthy, server_programs, setup_programs
from tests.servers.ports import free_port
from tests.servers.site import OURS
from tests.servers.starting import wait_until
from tests.soak import processes
from tests.soak.database import PostgreSQL, SQLite
from tests.soak.processes import ROOT

SIZE = {"therapists": 3, "rooms": 3, "patients": 30, "appointments": 40}
"""A small clinic, so that users compete for the same times."""
MIGRATE, COLLECT_STATIC = (program.command for program in setup_programs()[:2])
LOAD_DEMO = (
    *(sys.executable, "manage.py", "load_demo"),
    *(f"--{name}={number}" for name, number in SIZE.items()),
)
WORKERS = "2"


@dataclass
class SiteProgram:
    """One program of the site. `ready` returns whether it can be used."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready: Callable[[], bool]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def running(self) -> "subprocess.Popen[bytes]":
        assert self.process is not None, f"{self.name} was never started"
        return self.process

    def start(self) -> None:
        """Start the program without waiting until it is ready."""
        self.process = processes.start(self.command, self.environment, self.log)

    def wait(self) -> None:
        """Wait until the program is ready, as long as it makes progress."""
        wait_until(self.ready, self.running, self.name)

    def pids(self) -> list[int]:
        return processes.process_tree(self.running.pid)

    def end(self) -> None:
        """Stop the program as a service manager does: SIGTERM, then SIGKILL."""
        if self.process is not None:
            processes.end(self.process)

    def kill(self) -> None:
        """Kill the program with all its descendants."""
        processes.kill(self.running)


@dataclass
class Site:
    """All programs of the site, with their folder and ports."""

    folder: Path
    database: PostgreSQL | SQLite
    port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        settings = {
            "DATABASE_URL": self.database.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "PORT": str(self.port),
            "ABUSE_LIMITS": "off",
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
        }
        self.environment = demo_environment(inherited | settings, self.folder)
        self.mails = self.folder / "mails.jsonl"
        web, worker = server_programs(self.port, WORKERS)
        mail = (sys.executable, "-m", "tests.soak.mail_server", str(self.mail_port))
        self.web = self._program("web", web.command, lambda: is_healthy(self.port))
        self.worker = self._program("worker", worker.command, lambda: True)
        self.mail = self._program("mail", (*mail, str(self.mails)), self._takes_mail)

    @property
    def programs(self) -> list[SiteProgram]:
        return [self.mail, self.web, self.worker]

    def prepare(self) -> None:
        """Create the database of a small demo clinic, and collect the static files."""
        self.database.create()
        for command in (MIGRATE, COLLECT_STATIC, LOAD_DEMO):
            self.run(command)

    def start(self) -> None:
        """Start all programs, and wait until they are ready."""
        for program in self.programs:
            program.start()
        for program in self.programs:
            program.wait()

    def stop(self) -> None:
        """Stop all programs that were started."""
        for program in reversed(self.programs):
            program.end()

    def run(self, command: Sequence[str], output: IO[bytes] | None = None) -> int:
        """Run a program on the site's data. Raises CalledProcessError if it fails."""
        with (self.folder / "log").open("ab") as log:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=output or log,
                stderr=subprocess.STDOUT,
                check=True,
            )
        return done.returncode

    def _program(self, name: str, command: Sequence[str], ready: Callable[[], bool]) -> SiteProgram:
        return SiteProgram(name, command, self.environment, self.folder / "log", ready)

    def _takes_mail(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.mail_port), timeout=2) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False
