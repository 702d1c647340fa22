"""Make files readable only for the site's own user: database, uploads, secrets, backups."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

PRIVATE_UMASK = 0o077
OTHERS_BITS = stat.S_IRWXG | stat.S_IRWXO


def make_new_files_private() -> None:
    """Give new files and folders of this process and its children to the owner only.

    Modes of existing files do not change.
    """
    os.umask(PRIVATE_UMASK)


def accessible_to_others(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the paths to which the group or others have any rights. Missing ones are left out."""
    for path in paths:
        try:
            if path.stat().st_mode & OTHERS_BITS:
                yield path
        except OSError:
            continue
