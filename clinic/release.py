"""`make release`: write the archive that operators install, dist/clinic-booking-VERSION.tar.gz.

It holds the last commit without tests and tools, and a requirements.txt without test packages.
Beside it lies its SHA-256.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from clinic import __version__
from clinic.production_packages import REQUIREMENTS, production_packages

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = ("tests", "Makefile", "requirements.txt", ".*")
"""Paths that an installation does not need. requirements.txt is replaced."""


class ReleaseError(Exception):
    """There is nothing to release. The text is one sentence."""


def main() -> int:
    """Write the archive and return the exit code."""
    try:
        archive = write_release(ROOT / "dist")
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{archive} ({archive.stat().st_size / 1e6:.1f} MB)")
    return 0


def write_release(folder: Path) -> Path:
    """Write the archive of the last commit and its checksum into a folder; return its path.

    Raises ReleaseError if files of the repository have changes that are not committed.
    """
    if _git("status", "--porcelain", "--untracked-files=no"):
        raise ReleaseError("There are changes that are not committed: commit or undo them first.")
    name = f"clinic-booking-{__version__}"
    folder.mkdir(exist_ok=True)
    archive = folder / f"{name}.tar.gz"
    with tempfile.TemporaryDirectory() as scratch:
        lock = Path(scratch) / REQUIREMENTS.name
        lock.write_text(production_packages(REQUIREMENTS.read_text()))
        left_out = [f":(exclude,top){pattern}" for pattern in LEFT_OUT]
        options = [f"--prefix={name}/", f"--add-file={lock}", f"--output={archive}"]
        _git("-c", "tar.umask=0022", "archive", *options, "HEAD", "--", ":(top)", *left_out)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n")
    return archive


def _git(*arguments: str) -> str:
    """Return the output of a git command in the repository."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
