"""The versions of the questions that come with the program, newest last."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

from booking.screening.questions import Questionnaire, parse_questionnaire

QUESTIONNAIRE_FOLDER = Path(__file__).parent / "versions"


@cache
def all_questionnaires() -> tuple[Questionnaire, ...]:
    """Every version, in order of its code. Read once."""
    return tuple(_read(path) for path in sorted(QUESTIONNAIRE_FOLDER.glob("*.toml")))


def newest_questionnaire() -> Questionnaire:
    return all_questionnaires()[-1]


def find_questionnaire(code: str) -> Questionnaire | None:
    return next((version for version in all_questionnaires() if version.code == code), None)


def _read(path: Path) -> Questionnaire:
    content = path.read_bytes()
    return parse_questionnaire(
        tomllib.loads(content.decode()), digest=hashlib.sha256(content).hexdigest()
    )
