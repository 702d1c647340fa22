"""A database of an older version, and a site that runs this one."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from clinic.lib.schema_version import schema_digest
from clinic.management.commands import upgrade
from clinic.upgrade import comparing
from clinic.upgrade.comparing import SiteState
from tests.booking.features.backups import places
from tests.factories import AppointmentFactory

OLDER = "0036_american_words"
"""The last migration of booking that the older database has."""


@pytest.fixture(scope="session")
def older_template(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Any]]:
    """A database that lacks the newest migrations, and holds an appointment."""
    folder = tmp_path_factory.mktemp("older")
    with django_db_blocker.unblock(), places.new_tested(folder) as database:
        with places.at(dict(database), folder / "media"):
            AppointmentFactory(event__told=True)
            call_command("migrate", "booking", OLDER, verbosity=0)
        yield database


@pytest.fixture
def older_database(
    older_template: dict[str, Any], tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Any]]:
    """The default database is a copy of the older one."""
    with (
        django_db_blocker.unblock(),
        places.copy_of(older_template, tmp_path) as database,
        places.at(dict(database), tmp_path / "media"),
    ):
        yield database


@pytest.fixture
def newest_database(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, django_db_setup: None
) -> Iterator[dict[str, Any]]:
    """The default database is an empty one that has all migrations."""
    with (
        django_db_blocker.unblock(),
        places.new_tested(tmp_path) as database,
        places.at(dict(database), tmp_path / "media"),
    ):
        yield database


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> dict[str, SiteState]:
    """The running site, by the address of its /readyz. It runs this version."""
    states = {
        f"{settings.BASE_URL}/readyz": SiteState(settings.VERSION, schema_digest(), problems={})
    }
    for module in (comparing, upgrade):
        monkeypatch.setattr(module, "ask_site", states.get)
    monkeypatch.setattr(upgrade, "call_command", lambda *_words, **_options: None)
    return states


def url_of(database: dict[str, Any]) -> str:
    """Return the DATABASE_URL of a place."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    server = os.environ["DATABASE_URL"]
    return f"{server.rpartition('/')[0]}/{database['NAME']}"
