"""Write to tables with raw SQL, bypassing the models, as a script or a shell could."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Model


def column_values(row: Model, **changed: Any) -> dict[str, Any]:
    """Return the column values of a row, with some fields changed."""
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = changed.get(field.name, field.pre_save(row, add=False))
        value = value.pk if isinstance(value, Model) else value
        values[str(field.column)] = field.get_db_prep_save(value, connection)
    return values


def raw_insert(row: Model, **changed: Any) -> None:
    """INSERT the row with changed fields, in a savepoint."""
    values = column_values(row, **changed)
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    _execute(
        f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({marks})', list(values.values())
    )


def raw_update(row: Model, **changed: Any) -> None:
    """UPDATE only the changed columns, in a savepoint."""
    values = column_values(row, **changed)
    named = {row._meta.get_field(name).column for name in changed}  # type: ignore[union-attr]
    pairs = {name: value for name, value in values.items() if name in named}
    assignments = ", ".join(f'"{name}" = %s' for name in pairs)
    _execute(
        f'UPDATE "{row._meta.db_table}" SET {assignments} WHERE "id" = %s',
        [*pairs.values(), field_value(row)],
    )


def raw_delete(row: Model) -> None:
    """DELETE the row, without the cascades of the model."""
    _execute(f'DELETE FROM "{row._meta.db_table}" WHERE "id" = %s', [field_value(row)])


def delete_past_triggers(row: Model) -> None:
    """DELETE the row, without the cascades of the model and past triggers that refuse it."""
    delete = f'DELETE FROM "{row._meta.db_table}" WHERE "id" = %s'
    if connection.vendor == "postgresql":
        _execute("SET LOCAL session_replication_role = replica", [])
        _execute(delete, [field_value(row)])
        _execute("SET LOCAL session_replication_role = DEFAULT", [])
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s "
            "AND sql LIKE '%%BEFORE DELETE%%'",
            [row._meta.db_table],
        )
        triggers = cursor.fetchall()
    for name, _sql in triggers:
        _execute(f'DROP TRIGGER "{name}"', [])
    _execute(delete, [field_value(row)])
    for _name, sql in triggers:
        _execute(sql.replace("%", "%%"), [])


def field_value(row: Model) -> Any:
    """Return the primary key as the database has it."""
    return row._meta.pk.get_db_prep_value(row.pk, connection)


def _execute(sql: str, values: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
