"""Constraints and triggers exist after a table is rebuilt and after migrations were reversed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import CharField, Field, Model

from booking.constraints import violated_constraint
from booking.models import Appointment, AppointmentEvent
from tests.booking.constraints.definitions import definitions
from tests.booking.constraints.faults import START
from tests.booking.constraints.raw_sql import raw_update
from tests.factories import AppointmentEventFactory, AppointmentFactory

pytestmark = pytest.mark.postgresql

GUARDS = {
    "therapist_double_booking_insert",
    "therapist_double_booking_update",
    "room_double_booking_insert",
    "room_double_booking_update",
    "history_is_append_only",
    "signature_is_append_only",
    "lift_is_append_only",
    "audit_is_append_only",
    "audit_is_append_only_delete",
    "receipts_are_append_only",
    "receipts_are_append_only_delete",
    "receipts_without_a_gap",
    "ledger_entry_is_balanced",
    "ledger_entry_is_append_only",
    "ledger_entry_is_append_only_delete",
    "ledger_lines_come_first",
    "ledger_line_is_append_only",
    "ledger_line_is_append_only_delete",
    "patient_choice_is_append_only",
    "patient_choice_is_append_only_delete",
    "restriction_is_filled_once",
    "restriction_is_filled_once_delete",
    "article_history_append_only",
    "revision_is_append_only",
    "proxy_is_append_only",
    "proxy_is_append_only_delete",
    "proxy_end_is_append_only",
    "proxy_end_is_append_only_delete",
    "guardian_consent_is_append_only",
    "guardian_consent_is_append_only_delete",
}
OUR_TABLES = {model._meta.db_table for model in (Appointment, AppointmentEvent)}


def triggers() -> dict[str, str]:
    """SQLite's triggers, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def left_behind() -> list[str]:
    """What migrations made besides tables: triggers on SQLite, functions on PostgreSQL."""
    if connection.vendor == "sqlite":
        return [*triggers()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE '%\\_append\\_only' "
            "OR proname LIKE '%\\_filled\\_once' "
            "OR proname LIKE 'ledger%' OR proname LIKE 'receipts%'"
        )
        return [name for (name,) in cursor.fetchall()]


def assert_constraints_enforced() -> None:
    """Both resources and the history refuse their fault."""
    taken = AppointmentFactory(starts_at=START, event=None)
    other = AppointmentFactory(starts_at=START, event=None)
    event = AppointmentEventFactory(appointment=other)
    faults: list[tuple[Model, dict[str, Any], str]] = [
        (other, {"therapist": taken.therapist}, "therapist_double_booking"),
        (other, {"room": taken.room}, "room_double_booking"),
        (event, {"kind": "expired"}, "history_is_append_only"),
    ]
    for row, changes, name in faults:
        with pytest.raises(IntegrityError) as refused:
            raw_update(row, **changes)
        assert violated_constraint(refused.value) == name


def widened(model: type[Model], name: str) -> tuple[Field, Field]:
    """A text column, and the same ten characters wider."""
    old = model._meta.get_field(name)
    assert isinstance(old, CharField)
    assert old.max_length is not None
    new = old.clone()
    new.max_length = old.max_length + 10
    new.set_attributes_from_name(name)
    new.model = model
    return old, new


@pytest.fixture
def altered(transactional_db: None) -> Iterator[None]:
    """Both tables have been altered by a later migration; and are as before at the end."""
    columns = [widened(Appointment, "currency"), widened(AppointmentEvent, "kind")]
    for old, new in columns:
        with connection.schema_editor() as editor:
            editor.alter_field(old.model, old, new)
    yield
    for old, new in columns:
        with connection.schema_editor() as editor:
            editor.alter_field(old.model, new, old)


@pytest.mark.usefixtures("altered")
def test_the_constraints_still_work_after_a_column_was_altered() -> None:
    assert_constraints_enforced()


@pytest.mark.usefixtures("altered")
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="triggers are SQLite's form of it")
def test_the_triggers_are_created_again_when_sqlite_rebuilds_the_table() -> None:
    found = triggers()
    assert set(found) == GUARDS
    assert not any("new__" in sql for sql in found.values())


def migrate_to_an_older_release() -> None:
    """Run some of the migrations that the squashed ones replace, as on a database of that time."""
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    executor.migrate([("booking", "0008_screening"), ("articles", "0002_search")])


@pytest.mark.django_db(transaction=True)
def test_all_migrations_can_be_reversed_and_applied_again_also_from_an_older_release() -> None:
    at_once = definitions()
    try:
        call_command("migrate", "booking", "zero", verbosity=0)
        assert not OUR_TABLES & set(connection.introspection.table_names())
        assert left_behind() == []
        migrate_to_an_older_release()
    finally:
        call_command("migrate", verbosity=0)
    assert definitions() == at_once
    assert_constraints_enforced()


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has its own index for it")
@pytest.mark.parametrize("resource", ["therapist", "room"])
@pytest.mark.parametrize("event", ["insert", "update"])
def test_the_trigger_uses_the_index(resource: str, event: str) -> None:
    plan = plan_of(triggers()[f"{resource}_double_booking_{event}"])
    assert plan == [
        f"SEARCH other USING INDEX appointment_of_{resource} "
        f"({resource}_id=? AND starts_at>? AND starts_at<?)"
    ]


def plan_of(trigger: str) -> list[str]:
    """How SQLite would run the query inside a trigger."""
    inner = re.search(r"WHERE EXISTS \((SELECT .*)\); END$", trigger, re.DOTALL)
    assert inner is not None
    literal = {"therapist_id": "1", "room_id": "1", "id": "1"}
    query = re.sub(
        r'(?:NEW|OLD)\."(\w+)"',
        lambda match: literal.get(match[1], "'2026-12-01 16:00:00'"),
        inner[1],
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        return [row[3] for row in cursor.fetchall()]
