"""Fixtures and hooks for all tests."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import client, override_settings
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings

from tests import migrated
from tests.quick_migrations import patch_migrations

hypothesis_settings.register_profile("clinic", deadline=None)  # no timed tests: see make bench
hypothesis_settings.load_profile("clinic")
ModuleDatabase = Callable[[], AbstractContextManager[None]]
MONDAY_NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""Monday 23 November 2026, 12:00 in Chicago."""
FROZEN = "frozen_clock"
OUTCOMES = ("passed", "failed", "error", "skipped")


@pytest.fixture
def frozen_clock(settings: Settings) -> datetime:
    """Freeze the clock at Monday noon in Chicago."""
    settings.CLINIC_CLOCK = MONDAY_NOON
    return MONDAY_NOON


@pytest.fixture
def clock_of_database(settings: Settings) -> None:
    """Set the clock to the database's, by which triggers judge how old a row is."""
    settings.CLINIC_CLOCK = datetime.now(UTC)


@pytest.hookimpl(trylast=True)
@pytest.fixture
def cached_pages(settings: Settings) -> None:
    """As in production: whole pages are cached for a minute."""
    own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"}
    settings.CACHES = {**settings.CACHES, "pages": own}
    caches["pages"].clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Freeze the clock before any other fixture of a test runs.

    pytest sets up autouse fixtures before those that `usefixtures` names. Rows they made carried
    the real time, and lay in the test's future once that had passed the frozen time.
    """
    sorted_lists = set()  # the cases of a parametrized test share their list
    for item in items:
        if isinstance(item, pytest.Function) and FROZEN in item.fixturenames:
            if id(item.fixturenames) in sorted_lists:
                continue
            sorted_lists.add(id(item.fixturenames))
            wide = sum(_is_shared(item, name) for name in item.fixturenames)
            names = [name for name in item.fixturenames if name != FROZEN]
            item.fixturenames[:] = [*names[:wide], FROZEN, *names[wide:]]


def pytest_configure() -> None:
    """Collect garbage rarely, also while the tests are collected."""
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Exclude long-lived objects from garbage collection.

    Both together save a sixth of the time.
    """
    gc.collect()
    gc.freeze()


def _is_shared(item: pytest.Function, name: str) -> bool:
    """Whether a fixture outlives the test; these stand first in the list of names."""
    definitions = item._fixtureinfo.name2fixturedefs.get(name) or ()
    return any(definition.scope != "function" for definition in definitions[-1:])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write how long each step of a test took, for the list at the end of `make test`, and how
    each test ended, for the table of `make test-dates`.

    Of processes that share the tests only the one that hears of all of them writes."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if path := os.environ.get("DURATIONS_FILE"):
        found = [report for group in terminalreporter.stats.values() for report in group]
        with Path(path).open("a") as file:
            file.writelines(
                f"{report.duration} {report.nodeid} ({report.when})\n"
                for report in found
                if isinstance(report, pytest.TestReport)
            )
    if path := os.environ.get("RESULTS_FILE"):
        with Path(path).open("a") as file:
            file.writelines(
                f"{outcome} {report.nodeid}\n"
                for outcome in OUTCOMES
                for report in terminalreporter.stats.get(outcome, ())
            )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> Iterator[None]:
    """pytest-django asks for this before it makes the database: it is copied, not migrated."""
    with migrated.copied(getattr(request.config, "cache", None)):
        yield


@pytest.fixture(scope="module")
def module_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[ModuleDatabase]:
    """For rows that all tests of a module read: make them inside `with module_database():`.

    The clock stands at Monday noon meanwhile. The rows go after the module; what a test changes is
    undone after the test, as ever. Not for modules whose tests commit.
    """

    @contextmanager
    def making() -> Iterator[None]:
        with override_settings(CLINIC_CLOCK=MONDAY_NOON):
            yield

    # Django closes connections after each test; this one is in a transaction until the end.
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(connection, "close", lambda: None)
        yield making
        transaction.set_rollback(True)


@pytest.fixture(scope="session", autouse=True)
def _context_of_pages_only() -> Iterator[None]:
    """`response.context` and `response.templates` know only the page, not what it includes.

    Django's test client copies the whole context for each included template.
    """

    def store_page(store: dict[str, Any], *arguments: Any, **values: Any) -> None:
        if "context" not in store:
            store_all(store, *arguments, **values)

    store_all = client.store_rendered_templates
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", store_page)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_migrations() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch_migrations(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_flush(django_db_modify_db_settings: None) -> None:
    """After a test that commits, delete the rows of all tables, also those that refuse it.

    PostgreSQL deletes the few rows there are: to truncate makes new files for all tables and takes
    a second. Triggers are off meanwhile. SQLite cannot switch them off, so they are made again.
    """
    in_postgresql = connection.vendor == "postgresql"

    def sql_flush(_style: object, tables: list[str], **_options: object) -> list[str]:
        deletes = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]
        if not in_postgresql or not tables:
            return _without_delete_triggers(deletes) if deletes else []
        roles = ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
        return ["; ".join([roles[0], *deletes, roles[1]])]

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign,assignment]


def _without_delete_triggers(statements: list[str]) -> list[str]:
    """Return statements for SQLite that drop the triggers against DELETE, and make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%'"
        )
        triggers = cursor.fetchall()
    drops = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
    return [*drops, *statements, *(sql for _name, sql in triggers)]
