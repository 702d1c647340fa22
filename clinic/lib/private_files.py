"""Make files readable only by the site's account: database, uploads, secrets, backups."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

PRIVATE_UMASK = 0o077
OTHERS_BITS = stat.S_IRWXG | stat.S_IRWXO


def make_new_files_private() -> None:
    """Create files and folders from now on, in this process and its children, for the owner only.

    Modes of files that exist already stay.
    """
    os.umask(PRIVATE_UMASK)


def accessible_to_others(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield those paths that group or others have any rights to. Missing ones are left out."""
    for path in paths:
        try:
            if path.stat().st_mode & OTHERS_BITS:
                yield path
        except OSError:
            continue
