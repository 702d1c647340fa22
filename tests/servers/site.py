"""The demo as `make run` starts it, in a folder of its own, for tests in a browser."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90.0


OURS = {
    "ABUSE_LIMITS", "ALLOWED_HOSTS", "BASE_URL", "CACHE_URL", "CLINIC_CLOCK", "DATABASE_URL",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE", "FIELD_KEYS", "LINK_KEYS", "SECRET_KEY", "TRUSTED_PROXIES",
}  # fmt: skip
"""What the site must not inherit from whoever runs the tests."""


@dataclass(frozen=True)
class Site:
    """A running demo: where it answers, where its data lies, and who is signed in there: the
    cookies of sessions that the remembered database knows."""

    url: str
    data: Path
    cookies: dict[str, list[Any]] = field(default_factory=dict)

    def remember(self) -> None:
        """Keep a copy of the database as it is now."""
        with closing(self._database()) as now, closing(sqlite3.connect(self._copy)) as copy:
            now.backup(copy)

    def restore(self) -> None:
        """Make the database what it was when it was remembered, under the running site."""
        with closing(self._database()) as now, closing(sqlite3.connect(self._copy)) as copy:
            copy.backup(now)

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask or change the database behind the site's back, for states that take long to reach."""
        with closing(self._database()) as database:
            rows = database.execute(statement, values).fetchall()
            database.commit()
        return rows

    @property
    def _copy(self) -> Path:
        return self.data / "copy.sqlite3"

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.data / "clinic.sqlite3", timeout=20)


@contextmanager
def running_site(data: Path, **settings: str) -> Iterator[Site]:
    """Start the demo on a free port; stop it at the end, whatever happened.

    `settings` are variables of its environment: `running_site(data, ABUSE_LIMITS="off")`.
    """
    port = _free_port()
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    environment = inherited | {"DATA_DIR": str(data), "PORT": str(port)} | settings
    command = [sys.executable, "-m", "clinic.supervisor"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True) as process:
        try:
            site = Site(f"http://localhost:{port}", data)
            _wait_for(site, process)
            yield site
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(site: Site, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The site ended with {process.returncode}.")
        try:
            with urllib.request.urlopen(f"{site.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError("The site did not start.")
