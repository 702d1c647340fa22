"""python -m tests.benchmarks: print the table of timings. SHORT=1 skips 1,000,000 appointments."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks import reading
from tests.benchmarks.load import __main__ as load
from tests.servers.postgres import exit_on_sigterm, find_binaries, private_postgres

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = (1_000, 20_000, 1_000_000)
ROW = "{what:<45}{queries:>8}{median:>12}{p90:>12}{cpu:>12}{aim:>9}  {note}"


@contextmanager
def sqlite() -> Iterator[str]:
    """Yield the URL of a database file in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the URL of a private server; the caller checks that its binaries exist."""
    binaries = find_binaries()
    assert binaries is not None
    with private_postgres(binaries) as url:
        yield url


def measure(url: str, size: int) -> list[dict[str, Any]]:
    """Return the figures of a new database with `size` appointments."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.child", str(size)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: list[dict[str, Any]] = json.loads(child.stdout.splitlines()[-1])
    return figures


def show(figures: list[dict[str, Any]]) -> None:
    for figure in figures:
        aim, queries = figure["aim"], figure["queries"]
        print(
            ROW.format(
                what=figure["what"],
                queries="" if queries is None else queries,
                median=f"{figure['median']:,.1f} ms",
                p90=f"{figure['p90']:,.1f} ms",
                cpu=f"{figure['cpu']:,.1f} ms",
                aim="" if aim is None else f"{aim:g} ms",
                note=figure["note"],
            ).rstrip(),
            flush=True,
        )


def main() -> None:
    exit_on_sigterm()
    sizes = SIZES[:-1] if os.environ.get("SHORT") else SIZES
    databases = {"SQLite": sqlite}
    if find_binaries() is None:
        print("PostgreSQL's server programs are not installed: measuring SQLite only.")
    else:
        databases["PostgreSQL"] = postgresql
        print("PostgreSQL runs without fsync here, SQLite with it (synchronous FULL).")
    print("Own work is the processor time of our process alone: compare that on a busy machine.")
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}")
    for name, database in databases.items():
        for size in sizes:
            heading = f"{name}, {size:,} appointments"
            print()
            print(
                ROW.format(
                    what=heading,
                    queries="queries",
                    median="median",
                    p90="p90",
                    cpu="own work",
                    aim="aim",
                    note=f"load {os.getloadavg()[0]:.1f}",
                ).rstrip()
            )
            with database() as url:
                show(measure(url, size))
    print()
    reading.main()
    print()
    load.main([])


if __name__ == "__main__":
    main()
