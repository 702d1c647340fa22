"""What the tests of accounts share: a clinic, and a clock that stands still until it is moved."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from tests.factories import ClinicProfileFactory

Later = Callable[..., None]


@pytest.fixture(autouse=True)
def clinic(db: None, frozen_clock: datetime) -> None:
    ClinicProfileFactory.create()


@pytest.fixture
def later(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Later:
    """Moves every clock: ours, and the one that allauth and the apps on phones go by."""

    def move(**by: float) -> None:
        settings.CLINIC_CLOCK += timedelta(**by)
        moment = time.time() + timedelta(**by).total_seconds()
        monkeypatch.setattr("time.time", lambda: moment)

    return move
