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


def write_new_private_file(path: Path, content: bytes) -> None:
    """Write a file that only the site's account can read. Raises FileExistsError if it is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
