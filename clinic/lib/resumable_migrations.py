"""Run migrations so that one that is killed half-way can be run again.

Django records a migration in a transaction after its own if it has deferred statements, such as
indexes, foreign keys and our triggers. Killed between the two, the migration would be applied
again, and fail. Here statements and record are in the same transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

_lock_seconds: ContextVar[float | None] = ContextVar("lock_seconds", default=None)


@contextmanager
def lock_limit(seconds: float) -> Iterator[None]:
    """Limit how long each statement of a migration waits for a lock within this block.

    Whoever needs the same table waits behind a migration that waits. PostgreSQL raises
    OperationalError when the time is over. SQLite has its own limit, the connection's `timeout`.
    """
    token = _lock_seconds.set(seconds)
    try:
        yield
    finally:
        _lock_seconds.reset(token)


class ResumableExecutor(MigrationExecutor):
    """Records each migration in the transaction that applies it."""

    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        if fake or fake_initial or not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        self._report("apply_start", migration)
        with self.connection.schema_editor(atomic=True) as editor:
            _limit_locks(editor)
            state = migration.apply(state, editor)
            for statement in editor.deferred_sql:
                editor.execute(statement, None)
            editor.deferred_sql.clear()
            self.record_migration(migration)  # type: ignore[call-arg,arg-type]  # stubs are older
        self._report("apply_success", migration)
        return state

    def _report(self, event: str, migration: Migration) -> None:
        callback: Any = self.progress_callback
        if callback:
            callback(event, migration, False)


def _limit_locks(editor: BaseDatabaseSchemaEditor) -> None:
    """Set the limit for this transaction only, so that it works behind a pooler, too."""
    seconds = _lock_seconds.get()
    if seconds is not None and editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds * 1000:.0f}"])
