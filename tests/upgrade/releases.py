"""The last release, as `last_release.json` records it, and the code of older commits."""

import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("last_release.json")


@dataclass(frozen=True, slots=True)
class Release:
    """A release: its version, its commit, and its migrations as "app.name"."""

    version: str
    commit: str
    migrations: frozenset[str]


@cache
def last_release() -> Release:
    """Return the release before this version."""
    plain = json.loads(RECORD.read_text())
    return Release(plain["version"], plain["commit"], frozenset(plain["migrations"]))


def has_commit(commit: str) -> bool:
    """Whether this clone has a commit; a shallow one has only the newest."""
    found = subprocess.run(
        ["git", "cat-file", "-e", f"{commit}^{{commit}}"],
        cwd=ROOT, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return found.returncode == 0


def unpack(commit: str, folder: Path) -> Path:
    """Write the files of a commit into a new folder and return it."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True)
    folder.mkdir(parents=True)
    # Not with tarfile: Python 3.12 warns without its filters, which Debian's 3.11.2 does not have.
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder
