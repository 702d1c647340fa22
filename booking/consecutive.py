"""A constraint for numbers without a gap, for PostgreSQL and SQLite.

`Consecutive` is declared in a model's Meta. A trigger before each INSERT refuses every number but
the one after the highest on file. Together with a unique constraint on the number and `AppendOnly`
with `for_ever`, the numbers run 1, 2, 3... and none is ever missing.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Max, Model


class Consecutive(BaseConstraint):
    """Refuse a new row unless its `field` is one more than the highest value of the table.

    Two transactions that add the same number meet in the unique constraint of the number.
    """

    def __init__(self, *, name: str, field: str, violation_error_message: Any = None) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.field = field

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"field": self.field}

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        parts = {
            "table": Table(model._meta.db_table, quote),
            "column": quote(model._meta.get_field(self.field).column),
            "name": self.name,
        }
        templates: tuple[str, ...] = (SQLITE_TRIGGER,)
        if schema_editor.connection.vendor == "postgresql":
            templates = (POSTGRESQL_FUNCTION, POSTGRESQL_TRIGGER)
        for template in templates:
            schema_editor.deferred_sql.append(Statement(template, **parts))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        self.constraint_sql(model, schema_editor)  # deferred: there is nothing to run now

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Return what PostgreSQL needs; SQLite remakes the table without the trigger."""
        return f'DROP FUNCTION IF EXISTS "{self.name}"() CASCADE'  # the trigger goes with it

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Check the rule with a query, for model validation on either database."""
        others = model._default_manager.using(using).exclude(pk=instance.pk)
        last = others.aggregate(last=Max(self.field))["last"] or 0
        if getattr(instance, self.field) != last + 1:
            raise ValidationError(self.get_violation_error_message())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Consecutive):
            return NotImplemented
        return (self.name, self.field) == (other.name, other.field)

    def __hash__(self) -> int:
        return hash(self.name)


SQLITE_TRIGGER = (
    'CREATE TRIGGER "%(name)s" BEFORE INSERT ON %(table)s '
    "WHEN NEW.%(column)s <> (SELECT COALESCE(MAX(%(column)s), 0) + 1 FROM %(table)s) "
    "BEGIN SELECT RAISE(ABORT, '%(name)s'); END"
)
POSTGRESQL_FUNCTION = (
    'CREATE OR REPLACE FUNCTION "%(name)s"() RETURNS trigger LANGUAGE plpgsql AS $$ '
    "BEGIN IF NEW.%(column)s <> (SELECT COALESCE(MAX(%(column)s), 0) + 1 FROM %(table)s) "
    "THEN RAISE EXCEPTION '%(name)s' "
    "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '%(name)s'; "
    "END IF; RETURN NEW; END $$"
)
POSTGRESQL_TRIGGER = (
    'CREATE TRIGGER "%(name)s" BEFORE INSERT ON %(table)s '
    'FOR EACH ROW EXECUTE FUNCTION "%(name)s"()'
)
