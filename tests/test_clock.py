"""Tests see the clock that they ask for, from their first fixture on."""

from datetime import datetime

import pytest

from clinic.lib.dates import clock
from tests.conftest import MONDAY_NOON

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture(autouse=True)
def made_by_autouse() -> datetime:
    """When a row made by an autouse fixture would be made: it asks for no frozen clock itself."""
    return clock.now()


def test_the_clock_is_frozen_before_autouse_fixtures_run(made_by_autouse: datetime) -> None:
    assert made_by_autouse == MONDAY_NOON
