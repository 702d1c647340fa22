"""python -m tests.benchmarks.load: print how many answers a second the real web server gives."""

import argparse
import json
import os
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.load import data_set, other_product
from tests.benchmarks.load.data_set import POSTGRESQL, SQLITE
from tests.benchmarks.load.generator import Generator, Load, find_program
from tests.benchmarks.load.pages import MANY_CONNECTIONS, MAX_TAIL, Page, our_pages
from tests.benchmarks.load.site import database_processes, running
from tests.servers.ports import free_port
from tests.servers.postgres import exit_on_sigterm, find_binaries
from tests.servers.starting import processor_seconds

SECONDS, WARM_UP_SECONDS = 5, 1
CORES = 2
APPOINTMENTS = 100_000
ROW = (
    "{what:<57}{rate:>8}{p50:>11}{p99:>11}{tail:>6}{refused:>9}{failed:>8}"
    "{work:>10}{idle:>8}{limit:>7}  {note}"
)
EXPLANATION = f"""
answers: a second, as measured, while wrk shares the cores. own work: processor time of web server
and database for one answer. idle: {CORES} cores divided by that, what they could give without wrk
and other programs. tail: p99 / p50, at most {MAX_TAIL}. refused: 503 with Retry-After, at once.
failed: any other error. Rate limits are off. One thread of wrk; {CORES} web processes; no worker.
""".strip()


def show(page: Page, load: Load, seconds: float) -> None:
    """Print the line of a page; `seconds` is the processor time of server and database."""
    own_work = seconds / max(1, load.answers)
    idle = CORES / own_work if own_work else 0.0
    notes = []
    if page.limit and load.rate < page.limit:
        notes.append("below the limit" if idle < page.limit else "above the limit only if idle")
    if page.limit and load.tail > MAX_TAIL:
        notes.append("long tail")
    print(
        ROW.format(
            what=f"{page.what}, {page.connections:,}" if page.connections > 100 else page.what,
            rate=f"{load.rate:,.0f}",
            p50=f"{load.p50 / 1000:,.1f} ms",
            p99=f"{load.p99 / 1000:,.1f} ms",
            tail=f"{load.tail:.1f}",
            refused=load.refused,
            failed=load.failed,
            work=f"{own_work * 1000:,.2f} ms",
            idle=f"{idle:,.0f}",
            limit=f"{page.limit:,}" if page.limit else "",
            note=", ".join(notes),
        ).rstrip(),
        flush=True,
    )


def head(what: str) -> None:
    """Print the names of the columns."""
    names = {
        "rate": "answers", "p50": "p50", "p99": "p99", "tail": "tail", "refused": "refused",
        "failed": "failed", "work": "own work", "idle": "idle", "limit": "limit",
    }  # fmt: skip
    print()
    print(ROW.format(what=what, note=f"load {os.getloadavg()[0]:.1f}", **names))


def measure(
    generator: Generator, url: str, pages: Sequence[Page], pids: Sequence[int], seconds: int
) -> None:
    """Ask for each page and print its line. `pids` are the web server and the database."""
    for page in pages:
        address = f"{url}{page.path}"
        generator.send(address, connections=page.connections, seconds=WARM_UP_SECONDS)
        before = sum(processor_seconds(pid) for pid in pids)
        load = generator.send(address, connections=page.connections, seconds=seconds)
        show(page, load, sum(processor_seconds(pid) for pid in pids) - before)


def measure_ours(program: str, database: str, appointments: int, seconds: int) -> None:
    """Measure this site on a database."""
    with (
        tempfile.TemporaryDirectory(prefix="clinic-bench-") as name,
        data_set.prepared(database, appointments, Path(name)) as environment,
    ):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "clinic.server", f"--port={port}", f"--processes={CORES}"]
        variables = environment | {"SERVER_LOG": f"{name}/server.log"}
        with running(command, f"{url}/readyz", environment=variables) as pid:
            head(f"{database}, {appointments:,} appointments, {data_set.THERAPISTS} therapists")
            pages = our_pages(_any_therapist(url))
            generator = Generator(program, {"Accept-Encoding": "gzip"})
            measure(generator, url, pages, [pid, *database_processes()], seconds)


def measure_other(program: str, appointments: int, seconds: int) -> None:
    """Measure django-appointment, or print why not."""
    what = f"{other_product.NAME} {other_product.VERSION}, SQLite, {appointments:,} appointments"
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name:
        try:
            with other_product.running_other(appointments, Path(name) / "log") as (url, pid):
                head(what)
                generator = Generator(program, other_product.HEADERS)
                measure(generator, url, other_product.its_pages(), [pid], seconds)
        except other_product.NotInstalled as reason:
            print(f"\n{what}: not run. {reason}")
            return
    print(
        "It has no page with the times of a month or of any person: a month of 20 people is 600\n"
        "of its requests. Compare its times of one day with our /api/slots of one day."
    )


def _any_therapist(url: str) -> str:
    """Return the slug of a therapist who has times in the coming month."""
    month = next(page.path for page in our_pages("") if "/api/slots" in page.path)
    with urllib.request.urlopen(url + month) as answer:
        days = json.load(answer)["days"]
    return str(days[0]["slots"][0]["therapists"][0])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and return the exit code. Arguments are those of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load", description=__doc__)
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL], action="append")
    parser.add_argument("--appointments", type=int, default=APPOINTMENTS)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each page")
    options = parser.parse_args(arguments)
    program = find_program()
    if program is None:
        print("The load is not measured: wrk is not installed (Debian: apt install wrk).")
        return 0
    print(EXPLANATION)
    print(f"{MANY_CONNECTIONS:,} behind a page is the number of connections, else 16.")
    for database in options.database or [SQLITE, POSTGRESQL]:
        if database == POSTGRESQL and find_binaries() is None:
            print("\nPostgreSQL: not run. Its server programs are not installed.")
            continue
        measure_ours(program, database, options.appointments, options.seconds)
    measure_other(program, options.appointments, options.seconds)
    return 0


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(main())
