"""What the documents say about OWASP ASVS, HIPAA and GDPR names tests that exist."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.docs.requirement_tables import ROOT, STATUSES, lines_of, names_of_tests

REFERENCE = ROOT / "docs" / "reference"
ASVS = REFERENCE / "asvs.md"
DOCUMENTS = [REFERENCE / name for name in ("asvs.md", "hipaa.md", "gdpr.md")]
LEVELS = Path(__file__).with_name("asvs_levels.txt")


def levels() -> dict[str, str]:
    """Return the level of each requirement of levels 1 and 2, by its number."""
    _, first, second = re.split(r"^[12]:$", LEVELS.read_text(), flags=re.MULTILINE)
    return dict.fromkeys(first.split(), "1") | dict.fromkeys(second.split(), "2")


def test_every_requirement_of_levels_1_and_2_has_one_line() -> None:
    lines = lines_of(ASVS)

    assert Counter(line.key for line in lines) == Counter(list(levels()))
    assert {line.key: line.cells[1] for line in lines} == levels()
    assert len(lines) == 253, "what the standard has"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_line_has_a_status_and_says_where_or_why(document: Path) -> None:
    wrong = [
        line.key
        for line in lines_of(document)
        if line.status not in STATUSES or not all(line.cells)
    ]

    assert lines_of(document)
    assert wrong == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_a_line_names_is_there(document: Path) -> None:
    named = [test for line in lines_of(document) for test in line.tests]
    missing = [f"{path}::{name}" for path, name in named if name not in names_of_tests(path)]

    assert len(named) > 10
    assert missing == []
