"""A lock between processes of one machine, held by an open file (plain Python, no Django)."""

import fcntl
from pathlib import Path
from typing import TextIO


def acquire(path: Path, *, wait: bool = False) -> TextIO | None:
    """Lock the file, which is created if needed, and return it.

    The lock is released when the returned file is closed or the process ends, however it ends.
    Returns None if another process holds the lock, unless `wait` is set.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
