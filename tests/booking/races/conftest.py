"""Fixtures of the race tests: a real database, and eight processes shared by all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.booking.races.own_database import own_database
from tests.booking.races.processes import Processes


@pytest.fixture
def expendable_database(
    transactional_db: None, tmp_path: Path, frozen_clock: object
) -> Iterator[str]:
    """The name of a copy of the test database, used by this test and its threads."""
    with own_database(tmp_path) as name:
        yield name


@pytest.fixture
def database(transactional_db: None, tmp_path: Path, frozen_clock: object) -> Iterator[str]:
    """The name of a real database (file or server). The test must not change its schema."""
    if connection.vendor == "postgresql":
        yield str(connection.settings_dict["NAME"])
    else:
        with own_database(tmp_path) as name:
            yield name


@pytest.fixture(scope="module")
def eight_processes() -> Iterator[Processes]:
    with Processes(8) as processes:
        yield processes
