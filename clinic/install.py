"""`make install`: install the packages of requirements.txt into the virtual environment .venv.

Run by the Makefile with the system's Python, so it uses nothing but the standard library. The
stamp is written last: an interrupted installation has none and starts again from nothing, which
also removes packages that have left requirements.txt.
"""

import subprocess
import sys
from pathlib import Path

from clinic.lib import file_lock

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
VENV = ROOT / ".venv"
STAMP = VENV / ".installed"
LOCK = ROOT / ".venv.lock"
# -qq hides warnings, such as those about pip's own configuration, and shows errors.
PIP_INSTALL = ("-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes")


def main() -> int:
    """Install the packages unless they are up to date, and return the exit code.

    Only one process installs at a time; a second one waits for it.
    """
    lock = file_lock.acquire(LOCK)
    if lock is None:
        print("Another `make` is installing packages in this folder; waiting...", flush=True)
        lock = file_lock.acquire(LOCK, wait=True)
    try:
        if not is_up_to_date():
            print("Installing packages into .venv (about a minute)...", flush=True)
            install()
    except subprocess.CalledProcessError:
        print("The packages could not be installed; the reason is above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if lock is not None:
            lock.close()
    return 0


def is_up_to_date() -> bool:
    """Return whether the last installation is newer than requirements.txt."""
    return STAMP.exists() and STAMP.stat().st_mtime >= REQUIREMENTS.stat().st_mtime


def install() -> None:
    """Make the virtual environment anew. Raises CalledProcessError.

    A link to the virtual environment of another folder is replaced, not emptied: programs that run
    there would lose their packages.
    """
    if VENV.is_symlink():
        VENV.unlink()
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    python = VENV / "bin" / "python"
    subprocess.run([python, *PIP_INSTALL, "-r", REQUIREMENTS], check=True)
    # Now, since the account of a production site cannot write here.
    packages = [ROOT / name for name in ("articles", "booking", "clinic")]
    subprocess.run([python, "-m", "compileall", "-q", *packages], check=True)
    STAMP.touch()


if __name__ == "__main__":
    sys.exit(main())
