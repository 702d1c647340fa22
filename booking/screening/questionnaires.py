"""The questionnaires that are part of the program, one file for each version."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

from booking.screening.questions import Questionnaire, parse_questionnaire

QUESTIONNAIRE_FOLDER = Path(__file__).parent / "versions"


@cache
def all_questionnaires() -> tuple[Questionnaire, ...]:
    """Return every version, in order of its code. Read from the files once per process."""
    return tuple(_read(path) for path in sorted(QUESTIONNAIRE_FOLDER.glob("*.toml")))


def newest_questionnaire() -> Questionnaire:
    """Return the version with the highest code."""
    return all_questionnaires()[-1]


def find_questionnaire(code: str) -> Questionnaire | None:
    """Return the version with this code, or None."""
    return next((version for version in all_questionnaires() if version.code == code), None)


def _read(path: Path) -> Questionnaire:
    content = path.read_bytes()
    return parse_questionnaire(
        tomllib.loads(content.decode()), digest=hashlib.sha256(content).hexdigest()
    )
