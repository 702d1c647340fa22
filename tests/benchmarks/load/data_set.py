"""A clinic with many appointments, made once a week and kept in a cache folder.

The folder is outside the tree: `clinic-booking-benchmarks` in XDG_CACHE_HOME, or in ~/.cache. Each
run works on a copy.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

from clinic.demo_environment import demo_environment
from tests.benchmarks.load.site import ROOT
from tests.migrated import hashed_files
from tests.servers.postgres import find_binaries, private_postgres
from tests.servers.site import OURS

THERAPISTS, ROOMS, PATIENTS = 20, 16, 5_000
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
DUMP = "clinic.dump"


def cache_folder() -> Path:
    """Return the folder in which measurements keep what takes long to make."""
    cache = os.environ.get("XDG_CACHE_HOME", "").strip() or Path.home() / ".cache"
    folder = Path(cache) / "clinic-booking-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def prepared(database: str, appointments: int, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a site with so many appointments; its data is in `folder`."""
    kept = _kept_folder(database, appointments)
    if database == SQLITE:
        if not kept.exists():
            _fill(kept, appointments, {})
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        environment = _environment(folder, {})
        _manage(environment, "collectstatic", "--noinput", "--verbosity=0")
        yield environment
        return
    binaries = find_binaries()
    assert binaries is not None
    with private_postgres(binaries) as url:
        if kept.exists():
            restore = [str(binaries / "pg_restore"), "--no-owner", f"--dbname={_dsn(url)}"]
            subprocess.run([*restore, str(kept / DUMP)], check=True)
            _analyze(url)
        else:
            _fill(kept, appointments, {"DATABASE_URL": url}, dump=[str(binaries / "pg_dump")])
        shutil.copytree(kept, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(DUMP))
        environment = _environment(folder, {"DATABASE_URL": url})
        _manage(environment, "collectstatic", "--noinput", "--verbosity=0")
        yield environment


def _kept_folder(database: str, appointments: int) -> Path:
    """Return where the data of this week and of these tables is, or will be."""
    digest = hashlib.sha256()
    for path in [*hashed_files(), *sorted((ROOT / "booking" / "demo").glob("*.py"))]:
        digest.update(path.read_bytes())
    return folder_of_week(f"{database.lower()}-{appointments}", digest.hexdigest()[:10])


def folder_of_week(name: str, version: str = "") -> Path:
    """Return where data is kept this week; it may not exist. Deletes that of other weeks."""
    week = datetime.now(tz=UTC).strftime("%Gw%V")
    kept = cache_folder() / f"{name}-{week}{version}"
    for other in cache_folder().glob(f"{name}-*"):
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)
    return kept


def _fill(
    kept: Path, appointments: int, extra: Mapping[str, str], *, dump: list[str] | None = None
) -> None:
    draft = kept.with_name(f"draft-{kept.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    environment = _environment(draft, extra)
    sizes = {"therapists": THERAPISTS, "rooms": ROOMS, "patients": PATIENTS}
    numbers = [f"--{name}={number}" for name, number in sizes.items()]
    _manage(environment, "migrate", "--verbosity=0")
    _manage(environment, "load_demo", *numbers, f"--appointments={appointments}")
    _manage(environment, "load_articles", "--verbosity=0")
    if dump:
        target = f"--file={draft / DUMP}"
        subprocess.run([*dump, "--format=custom", target, _dsn(extra["DATABASE_URL"])], check=True)
    draft.rename(kept)


def _environment(data: Path, extra: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return demo_environment(inherited | {"ABUSE_LIMITS": "off"} | dict(extra), data)


def _manage(environment: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=dict(environment), check=True, stdout=subprocess.DEVNULL)


def _analyze(url: str) -> None:
    """Update the statistics of the query planner, which a dump does not hold."""
    with closing(psycopg2.connect(_dsn(url))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _dsn(url: str) -> str:
    """Return the URL as programs of PostgreSQL read it."""
    return url.replace("postgres://", "postgresql://", 1)
