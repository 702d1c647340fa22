"""Measure how many mails a worker sends a second: python -m tests.benchmarks.outbox

For each database and each number of queued mails, one worker sends up to 300 mails to a mail server
in a process of its own, beside 20,000 reminders that are not due and 20,000 mails that are sent. It
prints the plan of the query that finds due mails, too.
"""

import json
import os
import subprocess
import sys
from typing import Any

from tests.benchmarks.__main__ import ROOT, postgresql, sqlite
from tests.servers.postgres import exit_on_sigterm, find_binaries

SIZES = (10, 1_000, 10_000)
SERVER = """
import sys
from tests.servers.smtp import postbox
with postbox() as box:
    print(box.port, flush=True)
    sys.stdin.read()
"""


def measure(url: str, size: int) -> dict[str, Any]:
    """Return the figures of a new database with `size` queued mails."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        child = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.outbox_child", str(size), port],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        server.stdin.close()
        server.wait()
    figures: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return figures


def main() -> None:
    exit_on_sigterm()
    databases = {"SQLite": sqlite}
    if find_binaries() is not None:
        databases["PostgreSQL"] = postgresql
    for name, database in databases.items():
        plan = ""
        for size in SIZES:
            with database() as url:
                figures = measure(url, size)
            plan = figures["plan"]
            print(
                f"{name:<11}{figures['queued']:>7,} queued{figures['rate']:>8,.0f} mails/s"
                f"{figures['own']:>7.1f} ms of own work each, load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
        print(plan, flush=True)


if __name__ == "__main__":
    main()
