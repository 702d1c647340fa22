"""Constraints against double booking and against changes, for PostgreSQL and SQLite.

`NoOverlap` is one declaration in a model's Meta. On PostgreSQL it is an exclusion constraint
(EXCLUDE USING gist, btree_gist). SQLite has no exclusion constraints: there it becomes two
triggers, emitted through the schema editor's deferred SQL, so that Django writes them again
whenever it remakes the table (triggers written by RunSQL are lost then).

`AppendOnly` refuses every UPDATE of a table, and if wanted every DELETE, in the same two dialects.
`FilledOnce` refuses every UPDATE of what is set, so that rows can only be completed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, F, Func, Model, Q
from django.db.models.functions import Coalesce

from booking.errors import Refusal

SchemaEditor = BaseDatabaseSchemaEditor


class TsTzRange(Func):
    """tstzrange(starts, ends, '[)')."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class NoOverlap(ExclusionConstraint):
    """Forbid that rows of one `resource` overlap in [starts, ends) while in `statuses`.

    `longest` is the greatest length of a row, which a CHECK must guarantee: with it the SQLite
    triggers search a short range of the index (resource, starts).

    `own=(link, key)` names two columns of one type: a row whose `link` is the `key` of another row
    may overlap that one, and no other. A CHECK must forbid a `link` in every status but that of a
    hold, so that never two bookings overlap.
    """

    def __init__(  # all arguments are keywords
        self,
        *,
        name: str,
        resource: str,
        starts: str,
        ends: str,
        statuses: Sequence[str],
        longest: timedelta,
        own: tuple[str, str] | None = None,
        violation_error_message: Any = None,  # a string, lazily translated or not
    ) -> None:
        self.resource, self.starts, self.ends = resource, starts, ends
        self.statuses, self.longest = [str(status) for status in statuses], longest
        self.own = tuple(own) if own else None
        span = TsTzRange(F(starts), F(ends), RangeBoundary())
        others = [(Coalesce(*own), RangeOperators.NOT_EQUAL)] if own else []
        super().__init__(
            name=name,
            expressions=[
                (resource, RangeOperators.EQUAL),
                (span, RangeOperators.OVERLAPS),
                *others,
            ],
            condition=Q(status__in=self.statuses),
            violation_error_message=violation_error_message,
        )

    def deconstruct(self) -> Any:
        path, _, _ = super().deconstruct()
        kwargs = {
            "name": self.name,
            "resource": self.resource,
            "starts": self.starts,
            "ends": self.ends,
            "statuses": self.statuses,
            "longest": self.longest,
            "violation_error_message": self.violation_error_message,
        }
        if self.own:
            kwargs["own"] = self.own
        return path, (), kwargs

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().constraint_sql(model, schema_editor)
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Check the rule with a query, for model validation on either database."""
        if getattr(instance, "status", None) not in self.statuses:
            return
        resource_id = getattr(instance, f"{self.resource}_id")
        if None in (resource_id, getattr(instance, self.starts), getattr(instance, self.ends)):
            return  # field validation reports missing values
        overlapping = model._default_manager.using(using).filter(
            **{
                self.resource: resource_id,
                "status__in": self.statuses,
                f"{self.starts}__lt": getattr(instance, self.ends),
                f"{self.ends}__gt": getattr(instance, self.starts),
            }
        )
        if self.own:
            link, key = self.own
            own = getattr(instance, link) or getattr(instance, key)
            overlapping = overlapping.alias(own_key=Coalesce(link, key)).exclude(own_key=own)
        if overlapping.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message())

    def _triggers(self, model: type[Model], editor: SchemaEditor) -> Iterator[Statement]:
        table = Table(model._meta.db_table, editor.quote_name)
        column = {
            part: editor.quote_name(_column_name(model, name))
            for part, name in [
                ("resource", self.resource),
                ("starts", self.starts),
                ("ends", self.ends),
                ("status", "status"),
            ]
        }
        values = ", ".join(f"'{status}'" for status in self.statuses)
        minutes = int(self.longest.total_seconds() // 60)
        parts = column | {"statuses": values, "name": self.name, "minutes": str(minutes)}
        own = [editor.quote_name(_column_name(model, name)) for name in self.own or ()]
        parts["but_own"] = SQLITE_BUT_OWN.format(*own) if own else ""
        for event, columns, but_itself in [
            ("INSERT", "", ""),
            (
                "UPDATE",
                f" OF {', '.join([*column.values(), *own])}",
                'AND "other"."id" <> OLD."id"',
            ),
        ]:
            yield Statement(
                SQLITE_NO_OVERLAP_TRIGGER,
                table=table,
                event=event,
                columns=columns,
                but_itself=but_itself,
                suffix=event.lower(),
                **parts,
            )


def _column_name(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(field.column)


SQLITE_NO_OVERLAP_TRIGGER = (
    'CREATE TRIGGER "%(name)s_%(suffix)s" BEFORE %(event)s%(columns)s ON %(table)s '
    "WHEN NEW.%(status)s IN (%(statuses)s) BEGIN "
    "SELECT RAISE(ABORT, '%(name)s') WHERE EXISTS ("
    'SELECT 1 FROM %(table)s AS "other" '
    'WHERE "other".%(resource)s = NEW.%(resource)s '
    'AND "other".%(status)s IN (%(statuses)s) '
    'AND "other".%(starts)s < NEW.%(ends)s '
    "AND \"other\".%(starts)s >= datetime(NEW.%(starts)s, '-%(minutes)s minutes') "
    'AND "other".%(ends)s > NEW.%(starts)s %(but_itself)s%(but_own)s); END'
)
SQLITE_BUT_OWN = ' AND COALESCE("other".{0}, "other".{1}) <> COALESCE(NEW.{0}, NEW.{1})'


class AppendOnly(BaseConstraint):
    """Forbid UPDATE of a table's rows, and DELETE of them forever or for some time.

    With `for_ever` no row can be deleted; with `kept_for` none whose column `dated_by` is less than
    that in the past, by the database's clock. An UPDATE may change the fields in `but` if it names
    no others: a merge of two patients moves rows. On PostgreSQL a column that is added later is
    protected only after the constraint was removed and added again.

    With `but_for_erasure`, rows may be changed and deleted in a transaction that holds the
    permission to erase (booking.models.ErasurePermit).
    """

    def __init__(
        self,
        *,
        name: str,
        for_ever: bool = False,
        kept_for: timedelta | None = None,
        dated_by: str = "at",
        but: Sequence[str] = (),
        but_for_erasure: bool = False,
        violation_error_message: Any = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.for_ever, self.kept_for, self.dated_by = for_ever, kept_for, dated_by
        self.but, self.but_for_erasure = tuple(but), but_for_erasure

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        if self.for_ever:
            kwargs["for_ever"] = True
        if self.kept_for is not None:
            kwargs |= {"kept_for": self.kept_for, "dated_by": self.dated_by}
        if self.but:
            kwargs["but"] = self.but
        if self.but_for_erasure:
            kwargs["but_for_erasure"] = True
        return path, args, kwargs

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        add = schema_editor.deferred_sql.append
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        trigger = SQLITE_APPEND_ONLY_TRIGGER
        if is_postgresql:
            pass_through = POSTGRESQL_PERMIT if self.but_for_erasure else ""
            add(
                Statement(
                    POSTGRESQL_APPEND_ONLY_FUNCTION,
                    table=table,
                    name=self.name,
                    pass_through=pass_through,
                )
            )
            trigger = POSTGRESQL_APPEND_ONLY_TRIGGER
        for event, suffix, condition in self._forbidden_events(model, schema_editor, is_postgresql):
            add(
                Statement(
                    trigger,
                    table=table,
                    name=self.name,
                    event=event,
                    suffix=suffix,
                    condition=condition,
                )
            )

    def _forbidden_events(
        self, model: Any, schema_editor: Any, is_postgresql: bool
    ) -> Iterator[tuple[str, str, str]]:
        """Yield the event, the suffix of the trigger's name, and the condition on the row."""
        checks_permit = self.but_for_erasure and not is_postgresql
        permit = [SQLITE_NO_PERMIT] if checks_permit else []
        changed = self._forbidden_change(model, schema_editor, is_postgresql)
        yield self._forbidden_update(model, schema_editor), "", _when(*changed, *permit)
        if self.for_ever:
            yield "DELETE", "_delete", _when(*permit)
        elif self.kept_for is not None:
            column = schema_editor.quote_name(_column_name(model, self.dated_by))
            days = self.kept_for.days
            oldest = f"datetime('now', '-{days} days')"
            if is_postgresql:
                oldest = f"now() - interval '{days} days'"
            yield "DELETE", "_delete", _when(f"OLD.{column} > {oldest}", *permit)

    def _forbidden_change(
        self, _model: Any, _schema_editor: Any, _is_postgresql: bool
    ) -> list[str]:
        """Return the condition under which an UPDATE is refused; none: always."""
        return []

    def _forbidden_update(self, model: Any, schema_editor: Any) -> str:
        """Return "UPDATE", with the columns that must not change if others may."""
        if not self.but:
            return "UPDATE"
        guarded = [field for field in model._meta.local_fields if field.name not in self.but]
        columns = ", ".join(schema_editor.quote_name(field.column) for field in guarded)
        return f"UPDATE OF {columns}"

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        self.constraint_sql(model, schema_editor)  # deferred: there is nothing to run now

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return f'DROP FUNCTION IF EXISTS "{self.name}"() CASCADE'  # the triggers go with it

    def validate(self, *_: Any, **__: Any) -> None:
        """Do nothing, because an insert cannot break this rule."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AppendOnly) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self.name)

    def _identity(self) -> tuple[object, ...]:
        exceptions = self.but, self.but_for_erasure
        return self.name, self.for_ever, self.kept_for, self.dated_by, exceptions


class FilledOnce(AppendOnly):
    """Forbid to change or empty what is set, and DELETE as AppendOnly does: rows are completed.

    A field that is NULL may be set, once. The fields in `but` may always change, those in
    `until_closed` as long as all fields in `closed_by` are NULL. A column that is added later is
    protected only after the constraint was removed and added again.
    """

    def __init__(
        self,
        *,
        until_closed: Sequence[str] = (),
        closed_by: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.until_closed, self.closed_by = tuple(until_closed), tuple(closed_by)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"until_closed": self.until_closed, "closed_by": self.closed_by}
        return path, args, kwargs

    def _forbidden_update(self, model: Any, schema_editor: Any) -> str:
        return "UPDATE"

    def _forbidden_change(self, model: Any, schema_editor: Any, is_postgresql: bool) -> list[str]:
        def old(name: str) -> str:
            return f"OLD.{schema_editor.quote_name(_column_name(model, name))}"

        differs = "IS DISTINCT FROM" if is_postgresql else "IS NOT"
        closed = " OR ".join(f"{old(name)} IS NOT NULL" for name in self.closed_by)
        changes = []
        for field in model._meta.local_fields:
            if field.name in self.but:
                continue
            before = old(field.name)
            change = f"{before} {differs} NEW{before.removeprefix('OLD')}"
            if field.name in self.until_closed:
                change = f"({closed}) AND {change}"
            elif field.null:
                change = f"{before} IS NOT NULL AND {change}"
            changes.append(f"({change})")
        return [f"({' OR '.join(changes)})"]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FilledOnce) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self.name)

    def _identity(self) -> tuple[object, ...]:
        return *super()._identity(), self.until_closed, self.closed_by


def _when(*conditions: str) -> str:
    """Return the WHEN of a trigger that fires if all conditions are true, or always if none."""
    return f"WHEN ({' AND '.join(conditions)}) " if conditions else ""


ERASURE_PERMIT_TABLE = "booking_erasurepermit"
SQLITE_NO_PERMIT = 'NOT EXISTS (SELECT 1 FROM "booking_erasurepermit")'
POSTGRESQL_PERMIT = (
    'IF EXISTS (SELECT 1 FROM "booking_erasurepermit") THEN '
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; "
)
SQLITE_APPEND_ONLY_TRIGGER = (
    'CREATE TRIGGER "%(name)s%(suffix)s" BEFORE %(event)s ON %(table)s '
    "%(condition)sBEGIN SELECT RAISE(ABORT, '%(name)s'); END"
)
POSTGRESQL_APPEND_ONLY_FUNCTION = (
    'CREATE OR REPLACE FUNCTION "%(name)s"() RETURNS trigger LANGUAGE plpgsql AS $$ '
    "BEGIN %(pass_through)sRAISE EXCEPTION '%(name)s' "
    "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '%(name)s'; END $$"
)
POSTGRESQL_APPEND_ONLY_TRIGGER = (
    'CREATE TRIGGER "%(name)s%(suffix)s" BEFORE %(event)s ON %(table)s '
    'FOR EACH ROW %(condition)sEXECUTE FUNCTION "%(name)s"()'
)


def violated_constraint(error: IntegrityError) -> str:
    """Return the name of the violated constraint, or "" if unknown."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    return str(error).removeprefix("CHECK constraint failed: ").strip()


@contextmanager
def translate_violations(refusals: Mapping[str, type[Refusal]]) -> Iterator[None]:
    """Raise the refusal for a violated constraint; `refusals` maps constraint names to them."""
    try:
        yield
    except IntegrityError as error:
        refusal = refusals.get(violated_constraint(error))
        if refusal is None:
            raise
        raise refusal from error
