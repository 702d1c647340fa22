"""What an upgrade will do to the database, and what of it cannot be undone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.migrations import Migration, RunPython, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation

from clinic.lib.schema_version import applied_migrations, unknown_migrations


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """What has to be done: the migrations in their order, and what they cannot take back.

    `is_new` says that the database is empty. `unknown` are migrations that the database has and
    this code does not know, as "app.name".
    """

    migrations: Sequence[Migration]
    losses: Sequence[str]
    unknown: Sequence[str]
    is_new: bool

    def describe_migrations(self) -> str:
        """Return the number of migrations, in all and by app, in a few words."""
        by_app = Counter(migration.app_label for migration in self.migrations)
        apps = ", ".join(f"{app} {number}" for app, number in sorted(by_app.items()))
        return f"{len(self.migrations)} migrations ({apps})"


def make_plan() -> UpgradePlan:
    """Compare the database with this code. Raises a database error if it cannot be read."""
    applied = applied_migrations()
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    migrations = [migration for migration, _backwards in steps]
    losses = [loss for migration in migrations for loss in list_losses(migration)]
    return UpgradePlan(
        migrations=migrations,
        losses=losses if applied else [],
        unknown=[f"{app}.{name}" for app, name in unknown_migrations(applied)],
        is_new=not applied,
    )


def list_losses(migration: Migration) -> Sequence[str]:
    """Return in sentences what reversing a migration would not bring back.

    A migration says so itself, in its attribute `cannot_be_undone`. Where it does not, as in those
    of libraries, its operations are described.
    """
    written: Sequence[str] | None = getattr(migration, "cannot_be_undone", None)
    return describe_losses(migration) if written is None else written


def describe_losses(migration: Migration) -> list[str]:
    """Return those operations of a migration that take something away, in words."""
    return [
        f"{migration.app_label}.{migration.name}: {description}"
        for operation in migration.operations
        for description in _describe_loss(operation)
    ]


def _describe_loss(operation: Operation) -> Iterator[str]:
    if isinstance(operation, operations.RemoveField):
        yield f"deletes the column {operation.name} of {operation.model_name}"
    elif isinstance(operation, operations.DeleteModel):
        yield f"deletes the table of {operation.name}"
    elif isinstance(operation, RunPython) and _is_one_way(operation):
        yield "changes rows, and reversing it does not change them back"
    elif not operation.reversible:
        yield f"cannot be reversed ({operation.describe()})"


def _is_one_way(operation: RunPython) -> bool:
    """Whether a RunPython does something forwards and nothing backwards."""
    backwards = operation.reverse_code
    return operation.code is not RunPython.noop and backwards in (None, RunPython.noop)
