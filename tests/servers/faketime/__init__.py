"""Another day for the tests and the programs they start, with Debian's libfaketime."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

LIBRARIES = "*/faketime/libfaketimeMT.so.1"
PATH = Path(__file__).resolve().parent / "path"
"""The folder of a module that every Python process imports on that day."""
VARIABLES = {"LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "NO_FAKE_STAT"}
"""What a program needs in its environment to live on that day."""


def find_library() -> Path | None:
    """Return the path at which Debian's libfaketime package installs the library."""
    return next(Path("/usr/lib").glob(LIBRARIES), None)


def environment_on(day: str, library: Path) -> dict[str, str]:
    """Return our environment with the clock at an instant in UTC, such as 2028-02-29T12:00.

    The clock is shifted, not set: all processes agree, and time goes on.
    """
    shift = datetime.fromisoformat(day).replace(tzinfo=UTC) - datetime.now(UTC)
    return os.environ | {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{shift.total_seconds():+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # waiting times are not changed
        "NO_FAKE_STAT": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PATH), os.environ.get("PYTHONPATH")))),
    }


def shift_seconds(environment: Mapping[str, str]) -> int:
    """Return by how many seconds the clock of this environment is shifted: mostly 0."""
    return int(environment.get("FAKETIME", "0"))


def only_faketime(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of libfaketime, for a program that inherits nothing else."""
    return {name: value for name, value in environment.items() if name in VARIABLES}


def without_faketime(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without libfaketime, for a program that it slows down too much."""
    if "FAKETIME" not in environment:
        return dict(environment)
    return {name: value for name, value in environment.items() if name not in VARIABLES}
