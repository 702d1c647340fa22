"""The versions of the questions that come with the program, newest last."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

from booking.screening.questions import Version, read_version

FOLDER = Path(__file__).parent / "versions"


@cache
def all_versions() -> tuple[Version, ...]:
    """Every version, in order of its code. Read once."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.toml")))


def newest_version() -> Version:
    return all_versions()[-1]


def find_version(code: str) -> Version | None:
    return next((version for version in all_versions() if version.code == code), None)


def _read(path: Path) -> Version:
    content = path.read_bytes()
    return read_version(tomllib.loads(content.decode()), digest=hashlib.sha256(content).hexdigest())
