"""Load the rows of a backup into an empty database, whichever database they came from."""

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import Error, IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from booking.constraints import violated_constraint
from booking.features.backups.actions.reading import table_lines
from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries.manifest import Manifest, TableEntry
from booking.features.backups.queries.rows import encoded_rows
from booking.features.backups.queries.tables import MADE_BY_MIGRATE, all_models, backed_up_models
from booking.features.backups.queries.values import decode_row, to_database
from clinic.lib.database_errors import cannot_write
from clinic.lib.schema_version import unknown_migrations

ROWS_AT_A_TIME = 500

Migration = tuple[str, str]


def require_known_migrations(manifest: Manifest) -> None:
    """Raise BackupProblem if the backup has migrations that this program does not know."""
    ours = {app.label for app in apps.get_app_configs()}
    unknown = [key for key in unknown_migrations(_migrations(manifest)) if key[0] in ours]
    if unknown:
        raise BackupProblem(
            f"This backup was made by a newer version ({manifest.version}): its database has the "
            f"migration {'.'.join(unknown[0])}. Install that version, or a newer one."
        )


def require_empty_database() -> None:
    """Raise BackupProblem if a table holds anything but what `migrate` has put into it."""
    tables = set(connection.introspection.table_names())
    for model in all_models():
        name, label = model._meta.db_table, model._meta.label
        if name in tables and label not in MADE_BY_MIGRATE and model._base_manager.exists():
            raise BackupProblem(
                f"The database is not empty: there are rows in {name}. A backup is restored only "
                "into an empty database."
            )


def migrate_as(manifest: Manifest) -> bool:
    """Migrate the empty database to the state of the backup.

    Returns whether that is also the newest state, so that the models fit it.
    """
    applied = set(_migrations(manifest))
    executor = MigrationExecutor(connection)
    squashed = _squashed(executor.loader)
    applied |= {key for key, replaced in squashed.items() if replaced <= applied}
    if all(leaf in applied for leaf in executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
        return True
    if any(key not in applied and replaced & applied for key, replaced in squashed.items()):
        # A state in the middle of those that are squashed: take them one by one.
        executor.loader = MigrationLoader(connection, replace_migrations=False)
        applied -= set(squashed)
    graph = executor.loader.graph
    executor.migrate([key for key in applied & set(graph.nodes) if _is_last(key, graph, applied)])
    return False


def _squashed(loader: MigrationLoader) -> dict[Migration, set[Migration]]:
    """Return the migrations that replace others, with these."""
    found = loader.disk_migrations.items()
    return {key: set(migration.replaces) for key, migration in found if migration.replaces}


def load_tables(archive: zipfile.ZipFile, manifest: Manifest) -> int:
    """Insert all rows and return their number. Call it inside a transaction.

    Foreign keys are checked at the end, since tables point at each other. Raises BackupProblem.
    """
    total = 0
    try:
        _delete_made_rows(manifest)
        for table in _in_loading_order(manifest):
            total += _load_table(archive, table)
            _set_last_key(table)
        connection.check_constraints()
    except Error as error:
        if cannot_write(error):
            raise BackupProblem("The disk of the database is full.") from error
        what = violated_constraint(error) if isinstance(error, IntegrityError) else ""
        raise BackupProblem(
            f"The rows do not fit together ({what or type(error).__name__})."
        ) from error
    return total


def _in_loading_order(manifest: Manifest) -> list[TableEntry]:
    """Return the tables, at the end those whose rows the database accepts only after others.

    A constraint says so with `is_loaded_last = True`.
    """
    last = {
        model._meta.db_table
        for model in all_models()
        if any(getattr(rule, "is_loaded_last", False) for rule in model._meta.constraints)
    }
    return sorted(manifest.tables, key=lambda table: table.name in last)


def compare_tables(manifest: Manifest) -> None:
    """Read all rows again, and raise BackupProblem if a table is not what the backup holds."""
    models = {model._meta.db_table: model for model in backed_up_models()}
    for table in manifest.tables:
        model = models.get(table.name)
        if model is not None and _checksum(model) != table.sha256:
            raise BackupProblem(f"The table {table.name} differs from the backup after loading.")


def _checksum(model: type[Model]) -> str:
    digest = hashlib.sha256()
    for line in encoded_rows(model, "default"):
        digest.update(line)
    return digest.hexdigest()


def _load_table(archive: zipfile.ZipFile, table: TableEntry) -> int:
    kinds = [column.kind for column in table.columns]
    lines, total = table_lines(archive, table), 0
    while page := list(islice(lines, ROWS_AT_A_TIME)):
        _insert(table, [_parameters(line, kinds, table) for line in page])
        total += len(page)
    return total


def _parameters(line: bytes, kinds: Sequence[str], table: TableEntry) -> list[Any]:
    try:
        values = decode_row(line, kinds)
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise BackupProblem(f"The table {table.name} of this backup is damaged.") from error
    return [to_database(value, kind, connection) for value, kind in zip(values, kinds, strict=True)]


def _insert(table: TableEntry, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows: SQLite is quickest row by row, PostgreSQL with many rows in one statement."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column.name) for column in table.columns)
    one = f"({', '.join(['%s'] * len(table.columns))})"
    insert = f"INSERT INTO {quote(table.name)} ({columns}) VALUES "  # noqa: S608  # quoted names
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(insert + one, rows)
        else:
            values = [value for row in rows for value in row]
            cursor.execute(insert + ", ".join([one] * len(rows)), values)


def _set_last_key(table: TableEntry) -> None:
    """Let the next row get a key that no row had before the backup."""
    if not table.last_key:
        return
    name = connection.ops.quote_name(table.name)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
                [table.name, table.last_key],
            )
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [name, "id"])
            cursor.execute("SELECT setval(%s, %s)", [cursor.fetchone()[0], table.last_key])


def _delete_made_rows(manifest: Manifest) -> None:
    """Delete what `migrate` made: the backup has its own, under the keys that others point at."""
    with connection.cursor() as cursor:
        for table in manifest.tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608


def _is_last(key: Migration, graph: MigrationGraph, applied: set[Migration]) -> bool:
    """Return whether no other applied migration of the same app comes after it."""
    later = (child.key for child in graph.node_map[key].children)
    return not any(other in applied and other[0] == key[0] for other in later)


def _migrations(manifest: Manifest) -> Iterator[Migration]:
    for name in manifest.migrations:
        app, _, migration = name.partition(".")
        yield app, migration
