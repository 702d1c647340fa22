#!/usr/bin/env python
"""Django's command line for this project.

In a clone it needs no preparation after `make run`: without production settings in the environment
it works on the demo's data, and without Django it starts again with the Python in .venv.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

VENV_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"

if find_spec("django") is None:
    if not VENV_PYTHON.exists() or Path(sys.executable) == VENV_PYTHON:
        sys.exit("Django is not installed: run `make run` or `make install` once.")
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402  # only now is it known that there is Django
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.db import Error  # noqa: E402

from booking.registries.error_reports import ErrorSource, report_error  # noqa: E402
from clinic.demo_environment import DemoDataMissing, use_demo_data  # noqa: E402
from clinic.lib.database_errors import describe_error  # noqa: E402
from clinic.lib.logs.error_locations import describe_error_location  # noqa: E402
from clinic.lib.private_files import make_new_files_private  # noqa: E402
from clinic.lib.sqlite import make_folder  # noqa: E402

SETTINGS = "clinic.settings"
TEXT_IS_HIDDEN = (
    "The text of the error can hold personal data, and this can be a log: --traceback shows it."
)


def main() -> None:
    """Run a management command. Wrong settings end it with one sentence, not a traceback."""
    make_new_files_private()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if os.environ["DJANGO_SETTINGS_MODULE"] == SETTINGS and not has_settings_option(sys.argv):
        try:
            if notice := use_demo_data(os.environ):
                print(notice, file=sys.stderr)
            make_folder(settings.DATABASES["default"])
        except (DemoDataMissing, ImproperlyConfigured) as error:
            sys.exit(str(error))
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        if not apps.ready:
            raise
        if isinstance(error, ImproperlyConfigured):
            sys.exit(str(error))
        report_error(error, ErrorSource.COMMAND)
        if settings.DEBUG or "--traceback" in sys.argv:
            raise
        what = f"{describe_error(error)} " if isinstance(error, Error) else ""
        sys.exit(f"{what}{describe_error_location(error)}\n{TEXT_IS_HIDDEN}")


def has_settings_option(arguments: list[str]) -> bool:
    """Return whether the command line chooses the settings itself."""
    return any(word == "--settings" or word.startswith("--settings=") for word in arguments)


if __name__ == "__main__":
    main()
