"""Fixtures of the account tests: a clinic, and a frozen clock that tests can move."""

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
    """Move all clocks: the clinic's, and the time that allauth and authenticator apps use."""

    def move(**by: float) -> None:
        settings.CLINIC_CLOCK += timedelta(**by)
        moment = time.time() + timedelta(**by).total_seconds()
        monkeypatch.setattr("time.time", lambda: moment)

    return move
