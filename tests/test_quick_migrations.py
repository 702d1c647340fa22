"""The models of a state of the migrations are those that Django makes of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import CASCADE, Field, ForeignKey, Model

from booking.models import Appointment
from tests import quick_migrations

ModelDescription = tuple[Any, ...]


def describe(model: type[Model]) -> ModelDescription:
    """Return all of a model that migrations read, with its fields in their order."""
    options = model._meta
    return (
        options.db_table,
        [
            (field.deconstruct(), field.attname, field.column, field.db_parameters(connection))
            for field in options.local_fields
        ],
        [field.deconstruct() for field in options.local_many_to_many],
        sorted(
            (related.name, related.related_model._meta.label) for related in options.related_objects
        ),
        [constraint.deconstruct() for constraint in options.constraints],
        [index.deconstruct() for index in options.indexes],
        options.unique_together,
    )


def models_of_state(loader: MigrationLoader, node: tuple[str, str]) -> dict[str, ModelDescription]:
    state = loader.project_state(node)
    return {model._meta.label: describe(model) for model in state.apps.get_models()}


@pytest.mark.django_db
def test_the_models_of_each_tenth_migration_are_those_of_django(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loader = MigrationLoader(connection, replace_migrations=False)
    nodes = [("booking", name) for app, name in sorted(loader.graph.nodes) if app == "booking"]
    compared = [*nodes[::10], nodes[-1]]
    quick = [models_of_state(loader, node) for node in compared]
    monkeypatch.setattr(Field, "clone", quick_migrations._clone)
    monkeypatch.setattr(Migration, "mutate_state", quick_migrations._mutate_state)

    assert Field.clone is not quick_migrations._copy_field
    assert [models_of_state(loader, node) for node in compared] == quick


def test_a_field_of_a_model_loses_its_model_as_ever() -> None:
    field: Any = Appointment._meta.get_field("therapist")
    copies: list[Callable[[], Any]] = [field.clone, lambda: quick_migrations._copy_field(field)]

    assert [hasattr(make(), "model") for make in copies] == [False, False]


def test_a_copy_knows_nothing_of_what_was_computed_for_the_original() -> None:
    field: Any = ForeignKey("booking.Appointment", CASCADE)
    assert field.related_model == "booking.Appointment"
    copied = quick_migrations._copy_field(field)
    copied.remote_field.model = Appointment

    assert copied.related_model is Appointment
