"""The code of the last release works on the present tables, for as long as an upgrade takes.

A release only adds: what nothing uses any more is removed by the release after it.
"""

from collections.abc import Iterator
from functools import cache

import pytest
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED, Field

from clinic.upgrade.plan import describe_losses
from tests.upgrade.record_release import own_migrations
from tests.upgrade.releases import last_release

Tables = dict[str, dict[str, Field]]

REMOVED = {
    "booking_healthaccess": "became the audit trail; the table stays in the database for old code",
}
"""Tables and columns ("table.column") that the models no longer have, with the reason."""
WITHOUT_DEFAULT = {
    "booking_clinicprofile.identifier_url": "its only row is there before an upgrade",
}
"""New columns ("table.column") that old code cannot leave out, with the reason."""


@cache
def loader() -> MigrationLoader:
    return MigrationLoader(None, replace_migrations=False)


def tables_at(migrations: list[tuple[str, str]] | None) -> Tables:
    """The columns of all tables after these migrations, or after all."""
    newest = MigrationLoader(None)
    state = loader().project_state(migrations) if migrations else newest.project_state()
    return {
        model._meta.db_table: {field.column: field for field in model._meta.local_concrete_fields}
        for model in state.apps.get_models(include_auto_created=True)
    }


@pytest.fixture(scope="module")
def before() -> Tables:
    names = sorted(last_release().migrations)
    return tables_at([(app, name) for app, _, name in (text.partition(".") for text in names)])


@pytest.fixture(scope="module")
def now() -> Tables:
    return tables_at(None)


def is_shorter(new: Field, old: Field) -> bool:
    """Whether a text has a length, and it is less than before."""
    if new.max_length is None:
        return False
    return old.max_length is None or new.max_length < old.max_length


def newer_migrations() -> Iterator[Migration]:
    """Our migrations since the last release."""
    for name in sorted(own_migrations() - last_release().migrations):
        app, _, migration = name.partition(".")
        yield loader().disk_migrations[app, migration]


def test_no_table_and_no_column_of_the_last_release_is_gone(before: Tables, now: Tables) -> None:
    gone = {
        table if table not in now else f"{table}.{column}"
        for table, columns in before.items()
        for column in columns
        if column not in now.get(table, {})
    }

    assert gone == set(REMOVED)


def test_the_database_fills_in_every_new_column(before: Tables, now: Tables) -> None:
    missing = {
        f"{table}.{column}"
        for table, columns in before.items()
        for column, field in now.get(table, {}).items()
        if column not in columns and not field.null and field.db_default is NOT_PROVIDED
    }

    assert missing == set(WITHOUT_DEFAULT)


def test_no_column_takes_less_than_before(before: Tables, now: Tables) -> None:
    narrower = {
        f"{table}.{column}"
        for table, columns in before.items()
        for column, old in columns.items()
        if (new := now.get(table, {}).get(column)) is not None
        and ((old.null and not new.null) or is_shorter(new, old))
    }

    assert narrower == set()


def test_every_migration_that_loses_something_has_a_sentence_for_it() -> None:
    silent = {
        f"{migration.app_label}.{migration.name}": losses
        for migration in newer_migrations()
        if (losses := describe_losses(migration)) and not hasattr(migration, "cannot_be_undone")
    }

    assert silent == {}, "give the migration a list `cannot_be_undone`"


def test_all_migrations_are_transactions() -> None:
    """One that is killed leaves nothing, so it can be run again."""
    unfinished = {
        f"{app}.{name}"
        for (app, name), migration in loader().disk_migrations.items()
        if f"{app}.{name}" in own_migrations() and not migration.atomic
    }

    assert unfinished == set()
