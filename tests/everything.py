"""`make test`: run all checks that this machine can run, and list those that it cannot.

    python -m tests.everything [lint] [sqlite] [postgresql] [browser] [proxy] [soak]

All parts run even after one failed. With REQUIRE_ALL=1 a part that was not run is a failure.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any

from tests.servers.chromium import find_chromium, install_chromium
from tests.servers.nginx import find_nginx
from tests.servers.postgres import CannotStart, exit_on_sigterm, find_binaries, private_postgres

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
IN_MEMORY = {"DATABASE_URL": "sqlite://:memory:"}
"""For tools that only load the settings: no database file is created or read."""

PLAIN = "not browser and not proxy and not bench"
"""The tests that need no program besides the database."""
WORKERS = ("-n", "2", "--dist", "worksteal")
"""As many as CI has processors. Some tests wait; meanwhile the part beside them goes on."""
ASIDE = ("lint", "postgresql", "proxy")
"""Parts that run one after another beside the suite on SQLite: a fourth of the time of both suites
is waiting for a server, a lock or a pause, and leaves a processor idle."""
ALONE = ("browser", "soak")
"""Parts that begin when all others have ended, one after another: they are the most sensitive to a
busy machine."""
MAX_TRIED_AGAIN = 3
"""More failed browser tests than this are not tried again."""
SLOWEST = 20
SHOWN_WORDS = 20
"""The number of characters of a command that are printed; some list several hundred files."""
NOT_INHERITED = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
"""Without bytecode every process would compile our 600 modules again."""

TEMPLATES = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "templates").rglob("*.html"))
LINTERS: Sequence[Sequence[str]] = (
    (PYTHON, "-m", "ruff", "check", "."),
    (PYTHON, "-m", "ruff", "format", "--check", "."),
    (PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()"),
    (PYTHON, "-m", "mypy"),
    (str(Path(PYTHON).with_name("oxlint")), "clinic/static"),
    (str(Path(PYTHON).with_name("oxfmt")), "--check", "clinic/static"),
    (str(Path(PYTHON).with_name("djade")), "--check", *TEMPLATES),
    (PYTHON, "-m", "tests.upgrade.lint"),
    (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "--settings=tests.settings"),
)


class NotRun(Exception):
    """Something a part needs is not on this machine."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one part ended. What was not run neither passed nor failed."""

    part: str
    outcome: str
    seconds: float
    why: str = ""


def run(command: Sequence[str], extra: Mapping[str, str] | None = None) -> bool:
    """Run a command with its output on ours, and return whether it went well."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    shown = [*command[:SHOWN_WORDS], "..."] if len(command) > SHOWN_WORDS else command
    print(f"\n$ {' '.join(shown).replace(PYTHON, 'python')}", flush=True)
    environment |= extra or {}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def pytest(marks: str, *options: str, extra: Mapping[str, str] | None = None) -> bool:
    """Run pytest once. As in pytest, a run without tests is a failure."""
    return run((PYTHON, "-m", "pytest", "-m", marks, *options), extra)


def files_with_mark(mark: str) -> list[str]:
    """The files that name a mark, so that a part need not import all the others."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(f.relative_to(ROOT)) for f in files if f"pytest.mark.{mark}" in f.read_text()]


def lint() -> bool:
    """Check style, formatting, import rules, types and migrations; go on after a failure."""
    outcomes = [run(command, IN_MEMORY) for command in LINTERS]
    return all(outcomes)


def sqlite() -> bool:
    """Run the suite on SQLite."""
    others = [f"--ignore=tests/{folder}" for folder in ("browser", "proxy")]
    return pytest(PLAIN, *WORKERS, *others)


def postgresql() -> bool:
    """Run the tests marked `postgresql` on a private PostgreSQL server."""
    binaries = find_binaries()
    if binaries is None:
        raise NotRun("PostgreSQL's server programs (initdb, postgres) are not installed")
    try:
        with private_postgres(binaries) as url:
            marks, files = f"postgresql and {PLAIN}", files_with_mark("postgresql")
            return pytest(marks, *WORKERS, *files, extra={"DATABASE_URL": url})
    except CannotStart as error:
        print(f"PostgreSQL did not start:\n{error}", file=sys.stderr)
        return False


def browser() -> bool:
    """The tests that need a real browser."""
    chromium = find_chromium() or install_chromium()
    if chromium is None:
        raise NotRun("no Chromium here, and Playwright could not install one")
    extra = {"CHROMIUM": str(chromium)}
    with tempfile.TemporaryDirectory(prefix="clinic-tests-") as folder:
        own_cache = f"cache_dir={folder}"
        options = ("-n", "3", "--dist", "loadscope", "-o", own_cache, "tests/browser")
        if pytest("browser", *options, extra=extra):
            return True
        return pass_when_tried_again(failed_tests(Path(folder)), extra)


def failed_tests(cache: Path) -> list[str]:
    """Return the tests that failed in the run that used this cache folder of pytest."""
    file = cache / "v" / "cache" / "lastfailed"
    return sorted(json.loads(file.read_text())) if file.exists() else []


def pass_when_tried_again(tests: Sequence[str], extra: Mapping[str, str]) -> bool:
    """Run a few failed browser tests once more, alone and on a new site, and tell which passed.

    On a busy machine a page may come later than a test waits. A fault of the product fails again.
    """
    if not 0 < len(tests) <= MAX_TRIED_AGAIN or not all("::" in test for test in tests):
        return False
    print("\n!!! Failed, tried once more with nothing beside:", *tests, sep="\n!!! ", flush=True)
    if not pytest("browser", *tests, extra=extra):
        return False
    print("\n!!! Passed at the second try. Find out why not at the first:", *tests, sep="\n!!! ")
    return True


def proxy() -> bool:
    """The tests with a shared cache in front of the site."""
    if find_nginx() is None:
        raise NotRun("nginx is not installed")
    return pytest("proxy", "tests/proxy")


def soak() -> bool:
    """Run the short form of load and faults, on both databases at the same time."""
    if find_binaries() is None:
        raise NotRun("PostgreSQL's server programs (initdb, postgres) are not installed")
    return run((PYTHON, "-m", "tests.soak"), {"SHORT": "1"})


PARTS: Mapping[str, Callable[[], bool]] = {
    part.__name__: part for part in (lint, sqlite, postgresql, browser, proxy, soak)
}


def run_part(name: str) -> Result:
    """Run one part and measure its time."""
    print(f"\n===== {name} =====", flush=True)
    started = time.monotonic()
    why = ""
    try:
        outcome = "passed" if PARTS[name]() else "FAILED"
    except NotRun as reason:
        outcome, why = "NOT RUN", str(reason)
    return Result(name, outcome, time.monotonic() - started, why)


def run_parts(names: Sequence[str]) -> list[Result]:
    """Run the parts one after another, and some of them beside the others."""
    first = [name for name in names if name not in (*ASIDE, *ALONE)]
    if not first:
        return [run_part(name) for name in names]
    with run_beside([name for name in names if name in ASIDE]) as collect:
        results = {name: run_part(name) for name in first}
        results |= collect()
    results |= {name: run_part(name) for name in names if name in ALONE}
    return [results[name] for name in names]


@contextmanager
def run_beside(names: Sequence[str]) -> Iterator[Callable[[], dict[str, Result]]]:
    """Run parts in a process of their own; what they printed is shown when they are collected."""
    fork = get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    with tempfile.TemporaryFile("w+") as log:
        process = fork.Process(target=_parts_into, args=(names, log, sender))
        process.start()
        sender.close()

        def collect() -> dict[str, Result]:
            why = "the parts beside the others ended without an answer"
            results = {name: Result(name, "FAILED", 0, why) for name in names}
            with suppress(EOFError):
                for name in names:
                    results[name] = receiver.recv()
            process.join()
            log.seek(0)
            print(log.read(), flush=True)
            return results

        try:
            yield collect
        finally:
            process.terminate()
            process.join()


def _parts_into(names: Sequence[str], log: IO[str], answer: Any) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(log.fileno(), stream.fileno())
    for name in names:
        answer.send(run_part(name))


def print_slowest(times: Path) -> None:
    """The tests of all parts that took longest, set-up included."""
    lines = times.read_text().splitlines() if times.exists() else []
    rows = sorted((line.split(" ", 1) for line in lines), key=lambda row: -float(row[0]))
    if rows:
        print(f"\n===== slowest {SLOWEST} =====")
    for seconds, test in rows[:SLOWEST]:
        print(f"{float(seconds):7.1f} s  {test}")


def summary(results: Sequence[Result], *, require_all: bool) -> int:
    """Print the table of results and what was not run; return the exit code."""
    print("\n===== summary =====")
    for result in results:
        print(f"{result.part:<12}{result.outcome:<9}{result.seconds:7.1f} s")
    missing = [result for result in results if result.outcome == "NOT RUN"]
    for result in missing:
        print(f"\n!!! NOT RUN: {result.part}: {result.why}.")
    if missing and require_all:
        print("!!! REQUIRE_ALL is set, so this is a failure.")
    failed = any(result.outcome == "FAILED" for result in results)
    return int(failed or bool(missing and require_all))


def main(names: Sequence[str]) -> int:
    """Run the named parts, or all."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
        return 2
    exit_on_sigterm()
    with tempfile.TemporaryDirectory(prefix="clinic-tests-") as folder:
        times = Path(folder) / "durations"
        os.environ["DURATIONS_FILE"] = str(times)
        results = run_parts([name for name in PARTS if name in (names or PARTS)])
        print_slowest(times)
    return summary(results, require_all=os.environ.get("REQUIRE_ALL", "") not in ("", "0"))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(130)
