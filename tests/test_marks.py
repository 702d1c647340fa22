"""Tests that a database other than SQLite could fail carry the mark postgresql."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
DEPENDS = re.compile(
    r"IntegrityError|OperationalError|ProgrammingError|transaction=True|transactional_db"
    r"|connection\.(vendor|cursor)|violated\("
)
"""What only tests say that look at the database itself: its errors, transactions and SQL."""


def test_whoever_looks_at_the_database_itself_is_run_on_postgresql_too() -> None:
    found = [
        str(path.relative_to(TESTS))
        for path in sorted(TESTS.rglob("test_*.py"))
        if path != Path(__file__)
        and DEPENDS.search(text := path.read_text())
        and "pytest.mark.postgresql" not in text
    ]

    assert found == []
