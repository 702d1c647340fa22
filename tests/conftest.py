"""What every test may ask for."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

MONDAY_NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""Monday 23 November 2026, 12:00 in Chicago."""


@pytest.fixture
def frozen_clock(settings: Settings) -> datetime:
    """It is Monday noon in Chicago, and stays so."""
    settings.CLINIC_CLOCK = MONDAY_NOON
    return MONDAY_NOON
