"""Which migrations this code knows, which the database has, and one word for the schema.

The schema is named by a digest of the names of all migrations that the code expects. Two programs
with the same digest expect the same tables.
"""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

DIGEST_LENGTH = 12

MigrationName = tuple[str, str]
"""The label of an app, and the name of one of its migrations."""


@cache
def expected_migrations() -> frozenset[MigrationName]:
    """Return app and name of every migration file, read once in a process."""
    return frozenset(MigrationLoader(None).disk_migrations)


@cache
def known_migrations() -> frozenset[MigrationName]:
    """Return the expected migrations, and those that they replace."""
    disk = MigrationLoader(None).disk_migrations
    replaced = {key for migration in disk.values() for key in migration.replaces}
    return frozenset(disk) | replaced


def applied_migrations() -> frozenset[MigrationName]:
    """Return what the database has recorded as applied."""
    return frozenset(MigrationRecorder(connection).applied_migrations())


def missing_migrations() -> list[MigrationName]:
    """Return what the code expects and the database does not have, sorted."""
    return sorted(expected_migrations() - applied_migrations())


def unknown_migrations(applied: Iterable[MigrationName]) -> list[MigrationName]:
    """Return the applied migrations that this code does not know, sorted."""
    return sorted(set(applied) - known_migrations())


def schema_digest() -> str:
    """Return the digest of the schema that this code expects."""
    names = sorted(f"{app}.{name}" for app, name in expected_migrations())
    return sha256("\n".join(names).encode()).hexdigest()[:DIGEST_LENGTH]
