"""The demo as `make run` starts it, in a folder of its own, for tests in a browser."""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clinic.supervisor import Program, demo_environment, setup_programs
from tests import migrated
from tests.servers.starting import NotStarted, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent

OURS = {
    "ABUSE_LIMITS", "ALLOWED_HOSTS", "BASE_URL", "CACHE_URL", "CLINIC_CLOCK", "DATABASE_URL",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE", "FIELD_KEYS", "LINK_KEYS", "SECRET_KEY", "TRUSTED_PROXIES",
}  # fmt: skip
"""Variables that the site must not inherit from the environment of the tests."""


LOG = "site.log"
"""What the programs of the site print, in the folder of its data."""
LOG_LINES = 40


class SiteProgram:
    """The program that serves a site, on a free port, with its output in a file."""

    def __init__(self, module: str, data: Path, settings: Mapping[str, str]) -> None:
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self._command = [sys.executable, "-m", module]
        self._environment = _environment(data, settings) | {"PORT": str(self.port)}
        self._log = data / LOG

    def start(self) -> None:
        """Start the program and wait until it answers. Raises NotStarted if it does not."""
        with self._log.open("a") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, text=True, stdout=log, stderr=log
            )
        try:
            wait_until(lambda: _is_ready(self.url), self.process, "The site")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the program and wait until it has ended."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


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

    def remember(self, name: str = "copy") -> None:
        """Keep a copy of the database as it is now."""
        with closing(self._database()) as now, closing(sqlite3.connect(self._copy(name))) as copy:
            now.backup(copy)

    def restore(self, name: str = "copy") -> None:
        """Make the database what it was when it was remembered, under the running site."""
        with closing(self._database()) as now, closing(sqlite3.connect(self._copy(name))) as copy:
            copy.backup(now)

    def copies(self) -> list[Path]:
        """The files of all copies."""
        return sorted(self.data.glob("remembered-*.sqlite3"))

    def start_again_if_ended(self) -> str:
        """Start the site again if it has ended by itself, and return the last lines of its log.

        Return an empty text if it runs.
        """
        if self.program.process.poll() is None:
            return ""
        log = (self.data / LOG).read_text(errors="replace").splitlines()
        self.program.start()
        return "\n".join(["The site ended by itself. It was started again.", *log[-LOG_LINES:]])

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
        return sqlite3.connect(self.data / "clinic.sqlite3", timeout=20)


@contextmanager
def running_site(data: Path, *, store: Path | None = None, **settings: str) -> Iterator[Site]:
    """Start the demo on a free port; stop it at the end, whatever happened.

    `settings` are variables of its environment: `running_site(data, ABUSE_LIMITS="off")`.
    With a `store`, a folder that processes share, the demo is loaded once and copied from there;
    without, it starts as `make run` does. A start that fails is tried once more.
    """
    module = "clinic.supervisor"
    if store:
        shutil.copytree(prepared_data(store, settings), data, dirs_exist_ok=True)
        module = "tests.servers.prepared"
    program = SiteProgram(module, data, settings)
    try:
        program.start()
    except NotStarted as slow:
        print(f"{slow} Trying once more.", file=sys.stderr)
        program.start()
    try:
        yield Site(program.url, data, program)
    finally:
        program.stop()


def prepared_data(store: Path, settings: Mapping[str, str]) -> Path:
    """A folder with the demo loaded, as `make run` prepares it, made by whoever comes first.

    What does not depend on the clock, tables and static files, is made once for all clocks, from
    the migrated database that tests without a browser have kept, and the static files that an
    earlier run has kept.
    """
    migrate, collect, *load = setup_programs()
    base, folder = store / "base", store / f"demo-{settings.get('CLINIC_CLOCK', 'now')[:10]}"
    with (store / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not base.exists():
            kept = _kept_static(collect, store)
            _prepare(base, None, (migrate,), {})
            shutil.copytree(kept, base, dirs_exist_ok=True)
        _prepare(folder, base, load, settings)
    return folder


def _prepare(
    folder: Path, base: Path | None, programs: Sequence[Program], settings: Mapping[str, str]
) -> None:
    """Make a folder, unless it is there, by running programs on a copy of another one."""
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
    for program in programs:
        subprocess.run(program.command, cwd=ROOT, env=environment, check=True)
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


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
