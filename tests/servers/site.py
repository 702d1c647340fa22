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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90.0


@dataclass(frozen=True)
class Site:
    """A running demo: where it answers, and where its data lies."""

    url: str
    data: Path

    def sql(self, statement: str, *values: object) -> None:
        """Change the database behind the site's back, to make states that take long to reach."""
        with closing(sqlite3.connect(self.data / "clinic.sqlite3", timeout=20)) as database:
            database.execute(statement, values)
            database.commit()


@contextmanager
def running_site(data: Path) -> Iterator[Site]:
    """Start the demo on a free port; stop it at the end, whatever happened."""
    port = _free_port()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "FIELD_KEYS",
                        "LINK_KEYS", "BASE_URL", "ALLOWED_HOSTS"}
    } | {"DATA_DIR": str(data), "PORT": str(port)}  # fmt: skip
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
