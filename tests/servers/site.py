"""The demo as `make run` starts it, in a folder of its own, for tests in a browser."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from clinic.supervisor import STOP_SECONDS, Program, demo_environment, setup_programs
from tests import migrated
from tests.servers.ports import free_port
from tests.servers.prepared import SETTINGS
from tests.servers.site_python import SitePython
from tests.servers.starting import NotStarted, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent

OURS = {
    "ABUSE_LIMITS", "ALLOWED_HOSTS", "BASE_URL", "CACHE_URL", "CLINIC_CLOCK", "DATABASE_URL",
    "DEBUG", "MEDIA_STORAGE",
    "DJANGO_SETTINGS_MODULE", "FIELD_KEYS", "LINK_KEYS", "SECRET_KEY", "TRUSTED_PROXIES",
}  # fmt: skip
"""Variables that the site must not inherit from the environment of the tests."""


LOG = "site.log"
"""What the programs of the site print, in the folder of its data."""
LOG_LINES = 40
MANAGE = """
import json, sys
from django.core.management import execute_from_command_line
for command in json.loads(sys.argv[1]):
    execute_from_command_line(command)
"""
"""Runs commands of manage.py one after another."""
ENDED = re.compile("ended by itself|Unexpected exit from worker")
"""What the log says when a program of the site, or a process of the web server, has ended."""
LOCK_SECONDS, RESTORE_SECONDS = 20.0, 120.0
ANSWER_SECONDS, STOP_PATIENCE = 30.0, 60.0
Prepare = Callable[[sqlite3.Connection], object]


class SiteProgram:
    """The program that serves a site, on a free port, with its output in a file."""

    def __init__(self, module: str, data: Path, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.command = [sys.executable, "-m", module]
        self._environment = _environment(data, settings) | {"PORT": str(self.port)}
        self._log = data / LOG
        self._seen = 0

    def start(self) -> None:
        """Start the program and wait until it is ready. Raises NotStarted if it never is."""
        self._start_until(self.is_ready)

    def is_ready(self) -> bool:
        """Return whether the site answers, and its database."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Stop the program, and kill it if it does not."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def mend(self, *, thoroughly: bool) -> str:
        """Return what went wrong since the last call, with the end of the log, or an empty text.

        Then the site answers again. Whether it answers at all is asked only `thoroughly`.
        """
        with self._log.open(errors="replace") as log:
            log.seek(self._seen)
            news = log.read()
            self._seen = log.tell()
        if self.process.poll() is not None:
            problem = "The site ended by itself. It was started again."
            self._start_again()
        elif ENDED.search(news):
            problem = "A program of the site ended by itself and was started again."
            wait_until(self._answers, self.process, "The site")
        elif thoroughly and not self._answers():
            problem = "The site did not answer. It was started again."
            self.stop()
            self._start_again()
        else:
            return ""
        return "\n".join([problem, *news.splitlines()[-LOG_LINES:]])

    def _start_until(self, ready: Callable[[], bool]) -> None:
        with self._log.open("a") as log:
            self._seen = log.tell()
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self._environment, text=True, stdout=log, stderr=log
            )
        try:
            wait_until(ready, self.process, "The site")
        except BaseException:
            self.stop()
            raise

    def _start_again(self) -> None:
        """Start the program on the same port, which its last processes may still be leaving."""
        try:
            self._start_until(self._answers)
        except NotStarted:
            time.sleep(STOP_SECONDS)
            self._start_until(self._answers)

    def _answers(self) -> bool:
        """Whether the web server answers, whatever a test has done to the database."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=ANSWER_SECONDS):
                return True
        except OSError:
            return False


@dataclass
class Site:
    """A running demo: where it answers and where its data lies.

    `cookies` are those of browsers whose sessions the remembered database knows, by name, and
    `addresses` are paths that they can open.
    """

    url: str
    data: Path
    program: "SiteProgram" = field(repr=False)
    cookies: dict[str, list[Any]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    failures_seen: int = 0
    """How many tests had failed when the site was last found well."""
    _python: SitePython | None = field(default=None, repr=False)

    def environment(self) -> dict[str, str]:
        """Return the variables with which commands of `manage.py` use the data of this site."""
        keys = (self.data / "secrets.env").read_text().splitlines()
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {"DEMO": "1", "DATA_DIR": str(self.data), "BASE_URL": self.url}
        return inherited | dict(line.split("=", 1) for line in keys) | own

    def run_python(self, code: str) -> str:
        """Run Python with the models of the site and return what it printed."""
        if self._python is None:
            self._python = SitePython(ROOT, self.environment())
        return self._python.run(code)

    def stop_python(self) -> None:
        """End the process that runs Python, if there is one."""
        if self._python is not None:
            self._python.stop()

    def remember(self, name: str = "copy") -> None:
        """Keep a copy of the database as it is now."""
        with closing(self._database()) as now, closing(sqlite3.connect(self._copy(name))) as copy:
            now.backup(copy)

    def restore(self, name: str = "copy", *, prepare: Prepare = lambda _copy: None) -> None:
        """Make the database what it was when it was remembered, under the running site.

        `prepare` changes the copy before. It is one transaction, so it waits until the site writes
        nothing, and no request sees a part of it. Raises TimeoutError if the site never lets go.
        """
        deadline = time.monotonic() + RESTORE_SECONDS

        def check_time(_status: int, _left: int, _pages: int) -> None:
            if time.monotonic() > deadline:
                raise TimeoutError("The site keeps its database locked.")

        with closing(self._database()) as now, closing(sqlite3.connect(self._copy(name))) as copy:
            copy.execute("PRAGMA synchronous=OFF")
            prepare(copy)
            copy.commit()
            copy.backup(now, progress=check_time, sleep=0.05)

    def copies(self) -> list[Path]:
        """The files of all copies."""
        return sorted(self.data.glob("remembered-*.sqlite3"))

    def secret(self, name: str) -> str:
        """Return one of the secrets that the demo generated."""
        lines = (self.data / "secrets.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)[name]

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Query or change the site's database directly, for states that take long to reach."""
        with closing(self._database()) as database:
            rows = database.execute(statement, values).fetchall()
            database.commit()
        return rows

    def _copy(self, name: str) -> Path:
        return self.data / f"remembered-{name}.sqlite3"

    def _database(self) -> sqlite3.Connection:
        """Connect to the site's database. Nothing here has to survive a crash of the machine."""
        database = sqlite3.connect(self.data / "clinic.sqlite3", timeout=LOCK_SECONDS)
        database.execute("PRAGMA synchronous=OFF")
        return database


@contextmanager
def running_site(
    data: Path,
    *,
    store: Path | None = None,
    static: Mapping[str, str] = MappingProxyType({}),
    **settings: str,
) -> Iterator[Site]:
    """Start the demo on a free port; stop it at the end, whatever happened.

    `settings` are variables of its environment: `running_site(data, ABUSE_LIMITS="off")`.
    With a `store`, a folder that processes share, the demo is loaded once and copied from there,
    and `static` are more static files, by name; without, it starts as `make run` does. A start that
    fails is tried once more.
    """
    module = "clinic.supervisor"
    if store:
        shutil.copytree(prepared_data(store, settings), data, dirs_exist_ok=True)
        for name, text in static.items():
            (data / "static" / name).write_text(text)
        module = "tests.servers.prepared"
    program = SiteProgram(module, data, settings)
    try:
        program.start()
    except NotStarted as slow:
        print(f"{slow} Trying once more, on another port.", file=sys.stderr)
        program = SiteProgram(module, data, settings)
        program.start()
    site = Site(program.url, data, program)
    try:
        yield site
    finally:
        site.stop_python()
        program.stop()


def prepared_data(store: Path, settings: Mapping[str, str]) -> Path:
    """A folder with the demo loaded, as `make run` prepares it, made by whoever comes first.

    What does not depend on the clock, tables and static files, is made once for all clocks, from
    the migrated database that tests without a browser have kept, and the static files that an
    earlier run has kept.
    """
    migrate, collect, *load = setup_programs()
    base, folder = store / "base", store / f"demo-{settings.get('CLINIC_CLOCK', 'now')[:10]}"
    with _locked(base):
        if not base.exists():
            kept = _kept_static(collect, store)
            _prepare(base, None, (migrate,), {})
            shutil.copytree(kept, base, dirs_exist_ok=True)
    with _locked(folder):
        _prepare(folder, base, load, settings)
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time make a folder; others make other ones meanwhile."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(
    folder: Path, base: Path | None, programs: Sequence[Program], settings: Mapping[str, str]
) -> None:
    """Make a folder, unless it is there, by running commands on a copy of another one.

    They run in one process, since to import the site takes as long as most of them.
    """
    if folder.exists():
        return
    draft = folder.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    if base:
        shutil.copytree(base, draft)
    elif kept := migrated.kept_file():
        draft.mkdir()
        shutil.copy(kept, draft / "clinic.sqlite3")
    environment = demo_environment(_environment(draft, settings), draft)
    environment |= {"DJANGO_SETTINGS_MODULE": SETTINGS}
    commands = json.dumps([program.command[1:] for program in programs])
    subprocess.run([sys.executable, "-c", MANAGE, commands], cwd=ROOT, env=environment, check=True)
    draft.rename(folder)


def _kept_static(collect: Program, store: Path) -> Path:
    """Return a folder with the collected static files and their names, which later runs use too.

    It is made again when requirements.txt or any file of the package `clinic` changes.
    """
    digest = hashlib.sha256(sys.version.encode())
    for path in [ROOT / "requirements.txt", *sorted((ROOT / "clinic").rglob("*"))]:
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    kept = ROOT / ".pytest_cache" / "d" / "collected" / digest.hexdigest()[:12]
    if not kept.exists():
        _prepare(store / "collected", None, (collect,), {})
        shutil.rmtree(kept.parent, ignore_errors=True)
        for name in ("static", "static-names"):
            shutil.copytree(store / "collected" / name, kept.with_suffix(".draft") / name)
        kept.with_suffix(".draft").rename(kept)
    return kept


def _environment(data: Path, settings: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return inherited | {"DATA_DIR": str(data)} | dict(settings)
