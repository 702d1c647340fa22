"""Run pieces of Python with the code and the database of a running site.

A process of its own runs them all: to start `manage.py shell` for each takes more than a second.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import django
from django.db import connections


class SitePython:
    """A process that runs pieces of Python, each in a namespace of its own.

    Args:
        root: the folder of the project.
        environment: the variables of the site's programs.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root, self._environment = root, environment
        self._process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> str:
        """Run a piece of Python and return what it printed. Raises RuntimeError if it failed."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(code), file=process.stdin, flush=True)
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("The process ended without an answer.")
        error, printed = json.loads(line)
        if error:
            raise RuntimeError(error)
        return str(printed)

    def stop(self) -> None:
        """End the process, if it was started."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _started(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.servers.site_python"],
                cwd=self._root,
                env=dict(self._environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process


def run_piece(code: str) -> tuple[str, str]:
    """Run a piece of Python; return the traceback, if it failed, and what it printed."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, {"__name__": "__piece__"})
    except Exception:  # noqa: BLE001  # whatever it is, the caller is told
        return traceback.format_exc(), printed.getvalue()
    finally:
        connections.close_all()
    return "", printed.getvalue()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    for line in sys.stdin:
        print(json.dumps(run_piece(json.loads(line))), flush=True)
