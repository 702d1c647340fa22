"""Constraints that keep the ledger balanced, for PostgreSQL and SQLite.

Lines are saved before their entry, whose key is chosen beforehand; the foreign key is checked at
the commit. Saving the entry closes it:

    INSERT lines   -> refused if their entry is there already    (LinesBeforeEntry)
    INSERT entry   -> refused unless its lines sum to zero       (BalancedEntry)
    COMMIT         -> refused if lines have no entry             (the foreign key)

SQLite cannot rename a table while a trigger of another one reads it, and Django remakes a table for
most changes. So whichever of the two tables is made anew drops the triggers of both, and makes both
again. That works as long as both models have their constraint: a migration gives it to them when it
creates the tables.

On PostgreSQL two transactions could add lines to one entry without seeing each other. There a
deferred constraint trigger adds up the lines of the entry once more at the commit.
"""

from collections.abc import Iterator
from typing import Any

from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint


class _LedgerConstraint(BaseConstraint):
    """A constraint that consists of triggers on one of the two tables of the ledger.

    `lines` and `entries` are the tables' names in the database, `partner` is the name of the
    constraint on the other table.
    """

    def __init__(
        self,
        *,
        name: str,
        lines: str,
        entries: str,
        partner: str,
        violation_error_message: Any = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.lines, self.entries, self.partner = lines, entries, partner

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        own = {"lines": self.lines, "entries": self.entries, "partner": self.partner}
        return path, args, kwargs | own

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        add, quote = schema_editor.deferred_sql.append, schema_editor.quote_name
        parts = {"lines": self.lines, "entries": self.entries}
        own = Table(model._meta.db_table, quote)
        if schema_editor.connection.vendor == "postgresql":
            for template in self._postgresql():
                add(Statement(template, table=own, name=self.name, **parts))
            return
        for name in (self.name, self.partner):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        mine, others, other_table = self._sqlite()
        add(Statement(mine, table=own, name=self.name, **parts))
        if other_table in schema_editor.connection.introspection.table_names():
            other = Table(other_table, quote)
            add(Statement(others, table=other, name=self.partner, **parts))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        self.constraint_sql(model, schema_editor)  # deferred: there is nothing to run now

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Return what PostgreSQL needs; SQLite remakes the table without the triggers."""
        return (
            f'DROP FUNCTION IF EXISTS "{self.name}"() CASCADE; '
            f'DROP FUNCTION IF EXISTS "{self.name}_commit"() CASCADE'
        )

    def validate(self, *_: Any, **__: Any) -> None:
        """Do nothing: one row alone cannot break this rule."""

    def _postgresql(self) -> Iterator[str]:
        """Yield the statements for this constraint."""
        raise NotImplementedError

    def _sqlite(self) -> tuple[str, str, str]:
        """Return the trigger of this constraint, that of its partner, and the partner's table."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class BalancedEntry(_LedgerConstraint):
    """On the table of entries: refuse an entry unless it has lines and they sum to zero."""

    is_loaded_last = True
    """A restore loads the lines before (booking.features.backups.actions.loading)."""

    def _postgresql(self) -> Iterator[str]:
        yield POSTGRESQL_BALANCED_FUNCTION
        yield POSTGRESQL_BEFORE_INSERT

    def _sqlite(self) -> tuple[str, str, str]:
        return SQLITE_BALANCED, SQLITE_CLOSED, self.lines


class LinesBeforeEntry(_LedgerConstraint):
    """On the table of lines: refuse a line of an entry that is saved already."""

    def _postgresql(self) -> Iterator[str]:
        yield POSTGRESQL_CLOSED_FUNCTION
        yield POSTGRESQL_BEFORE_INSERT
        yield POSTGRESQL_COMMIT_FUNCTION
        yield POSTGRESQL_AT_COMMIT

    def _sqlite(self) -> tuple[str, str, str]:
        return SQLITE_CLOSED, SQLITE_BALANCED, self.entries


_SUM = '(SELECT COALESCE(SUM("amount"), 1) FROM "%(lines)s" WHERE "entry_id" = NEW."id") <> 0'
_SUM_AT_COMMIT = '(SELECT SUM("amount") FROM "%(lines)s" WHERE "entry_id" = NEW."entry_id") <> 0'
_EXISTS = 'EXISTS (SELECT 1 FROM "%(entries)s" WHERE "id" = NEW."entry_id")'
_RAISE = (
    "RAISE EXCEPTION '%(name)s' "
    "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '%(name)s'; "
)
SQLITE_BALANCED = (
    'CREATE TRIGGER IF NOT EXISTS "%(name)s" BEFORE INSERT ON %(table)s '
    "WHEN " + _SUM + " BEGIN SELECT RAISE(ABORT, '%(name)s'); END"
)
SQLITE_CLOSED = (
    'CREATE TRIGGER IF NOT EXISTS "%(name)s" BEFORE INSERT ON %(table)s '
    "WHEN " + _EXISTS + " BEGIN SELECT RAISE(ABORT, '%(name)s'); END"
)
POSTGRESQL_BALANCED_FUNCTION = (
    'CREATE OR REPLACE FUNCTION "%(name)s"() RETURNS trigger LANGUAGE plpgsql AS $$ '
    "BEGIN IF " + _SUM + " THEN " + _RAISE + "END IF; RETURN NEW; END $$"
)
POSTGRESQL_CLOSED_FUNCTION = (
    'CREATE OR REPLACE FUNCTION "%(name)s"() RETURNS trigger LANGUAGE plpgsql AS $$ '
    "BEGIN IF " + _EXISTS + " THEN " + _RAISE + "END IF; RETURN NEW; END $$"
)
POSTGRESQL_BEFORE_INSERT = (
    'CREATE TRIGGER "%(name)s" BEFORE INSERT ON %(table)s '
    'FOR EACH ROW EXECUTE FUNCTION "%(name)s"()'
)
POSTGRESQL_COMMIT_FUNCTION = (
    'CREATE OR REPLACE FUNCTION "%(name)s_commit"() RETURNS trigger LANGUAGE plpgsql AS $$ '
    "BEGIN IF " + _SUM_AT_COMMIT + " THEN " + _RAISE + "END IF; RETURN NULL; END $$"
)
POSTGRESQL_AT_COMMIT = (
    'CREATE CONSTRAINT TRIGGER "%(name)s_commit" AFTER INSERT ON %(table)s '
    "DEFERRABLE INITIALLY DEFERRED "
    'FOR EACH ROW EXECUTE FUNCTION "%(name)s_commit"()'
)
