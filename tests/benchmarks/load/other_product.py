"""django-appointment with as many appointments, in an environment of its own in the cache."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.load.data_set import cache_folder, folder_of_week
from tests.benchmarks.load.pages import Page, next_workday
from tests.benchmarks.load.site import running
from tests.servers.ports import free_port

NAME, VERSION = "django-appointment", "3.12.0"
SITE = Path(__file__).with_name("appointment_site.py")
HEADERS = {"X-Requested-With": "XMLHttpRequest"}
"""It answers its request for times only with this header."""
THREADS, BACKPRESSURE = 8, 512


class NotInstalled(Exception):
    """It could not be installed or filled; the text says why."""


def its_pages() -> list[Page]:
    """Return the pages that compare best with ours."""
    day = next_workday()
    one_day = f"/appointment/ajax/available_slots/?selected_date={day}&staff_member=1&service_id=1"
    return [
        Page("an empty page", "/empty/"),
        Page("page on which a day is chosen, without times", "/appointment/request/1/"),
        Page("times of one day of one person, JSON", one_day),
    ]


@contextmanager
def running_other(appointments: int, log: Path) -> Iterator[tuple[str, int]]:
    """Serve it with as many processes as ours. Yields address and process id."""
    python, data = _environment(), _data(appointments)
    port = free_port()
    command = [str(python.with_name("granian")), "--interface=wsgi", "--workers=2"]
    command += [f"--blocking-threads={THREADS}", f"--backpressure={BACKPRESSURE}"]
    command += ["--host=127.0.0.1", f"--port={port}", f"{SITE.stem}:application"]
    variables = _variables() | {"SITE_FOLDER": str(data), "SERVER_LOG": str(log)}
    url = f"http://127.0.0.1:{port}"
    with running(command, f"{url}/empty/", environment=variables, folder=SITE.parent) as pid:
        yield url, pid


def _environment() -> Path:
    """Return the Python of an environment that has it. Raises NotInstalled."""
    folder = cache_folder() / f"{NAME}-{VERSION}"
    python = folder / "bin" / "python"
    if not python.exists():
        draft = [sys.executable, "-m", "venv", "--clear", str(folder)]
        subprocess.run(draft, check=True, capture_output=True)
        wanted = [f"{NAME}=={VERSION}", f"Django=={version('django')}"]
        wanted += [f"granian=={version('granian')}"]
        install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        done = subprocess.run([*install, *wanted], capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(folder)
            raise NotInstalled(done.stderr.strip().splitlines()[-1])
    return python


def _data(appointments: int) -> Path:
    """Return the folder of its database, which is made once a week."""
    kept = folder_of_week(f"appointment-{appointments}")
    if not kept.exists():
        draft = kept.with_name(f"draft-{kept.name}")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        command = [str(_environment()), str(SITE), "fill", str(appointments)]
        variables = _variables() | {"SITE_FOLDER": str(draft)}
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(done.stderr.strip().splitlines()[-1])
        draft.rename(kept)
    return kept


def _variables() -> dict[str, str]:
    """Return our environment without what belongs to our site."""
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in ours}
