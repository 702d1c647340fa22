"""Wait for a starting program as long as it uses processor time, even on slow machines."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

QUIET_SECONDS = 60.0
"""A program that uses less than WORK of processor time for this long has failed."""
WORK = 0.5
MAX_SECONDS = 900.0
"""The longest wait, for a program that works but never becomes ready."""


class NotStarted(Exception):
    """A program ended, or stopped working, before it was ready."""


def wait_until(
    ready: Callable[[], bool],
    process: Any,
    name: str,
    *,
    quiet: float = QUIET_SECONDS,
    most: float = MAX_SECONDS,
) -> None:
    """Return when ready() holds; raise NotStarted when the process (a Popen) ended or is stuck.

    A program is stuck if it and all its children used no processor time for `quiet` seconds.
    Elapsed time is no sign, since a starting program can be slow on a busy machine.
    """
    begun = worked_at = time.monotonic()
    worked = processor_seconds(process.pid)
    while not ready():
        if process.poll() is not None:
            raise NotStarted(f"{name} ended with {process.returncode}.")
        now, spent = time.monotonic(), processor_seconds(process.pid)
        if spent - worked >= WORK:
            worked, worked_at = spent, now
        if now - worked_at > quiet or now - begun > most:
            raise NotStarted(f"{name} was not ready after {now - begun:.0f} seconds.")
        time.sleep(0.1)


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and its descendants, ended ones too.

    Where there is no /proc it is 0, and a start has `quiet` seconds in all.
    """
    times: dict[int, float] = {}
    children: dict[int, list[int]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        one = int(file.parent.name)
        children.setdefault(int(fields[1]), []).append(one)
        times[one] = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    found, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        found += times.get(one, 0.0)
        todo += children.get(one, [])
    return found
