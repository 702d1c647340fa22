"""Run a web server for a while, and find the processes of its database."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers.starting import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent.parent
STOP_SECONDS = 20


@contextmanager
def running(
    command: Sequence[str], url: str, *, environment: Mapping[str, str], folder: Path = ROOT
) -> Iterator[int]:
    """Run a server until the end of the block. Yields its process id when `url` answers."""
    log = Path(environment["SERVER_LOG"])
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=output, stderr=output
        )
    try:
        wait_until(lambda: _answers(url), process, "The web server")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def database_processes() -> list[int]:
    """Return our children that are PostgreSQL servers; their own children belong to them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            name, _, fields = file.read_text().partition("(")[2].rpartition(")")
            if name == "postgres" and int(fields.split()[1]) == os.getpid():
                found.append(int(file.parent.name))
    return found


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        time.sleep(0.1)
        return False
