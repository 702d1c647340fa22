"""Each part of `make test` finds its tests: by their marks, and by the folders it looks into."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
DEPENDS = re.compile(
    r"IntegrityError|OperationalError|ProgrammingError|transaction=True|transactional_db"
    r"|connection\.(vendor|cursor)|violated\("
)
"""What only tests say that look at the database itself: its errors, transactions and SQL."""


def test_modules_that_use_the_database_directly_are_marked_postgresql() -> None:
    found = [
        str(path.relative_to(TESTS))
        for path in sorted(TESTS.rglob("test_*.py"))
        if path != Path(__file__)
        and DEPENDS.search(text := path.read_text())
        and "pytest.mark.postgresql" not in text
    ]

    assert found == []


@pytest.mark.parametrize("part", ["browser", "proxy"])
def test_browser_and_proxy_tests_are_only_in_their_folders(part: str) -> None:
    files = [path for path in sorted(TESTS.rglob("test_*.py")) if path != Path(__file__)]
    whole = f"\npytestmark = pytest.mark.{part}\n"

    there = [path for path in files if path.parent.name == part]
    assert [path.name for path in there if whole not in path.read_text()] == []
    elsewhere = [path for path in files if path not in there]
    named = f"pytest.mark.{part}"
    assert [path.name for path in elsewhere if named in path.read_text()] == []
