"""Queries whose SQL Django writes once in each process, and not again with each call.

For a small query Django needs several times as long to write the SQL as the database to answer it.

    @compiled_query
    def _closures(first: date, last: date) -> "QuerySet[Closure]":
        return Closure.objects.filter(first_day__lte=last, last_day__gte=first)

    for closure in _closures(days[0], days[-1]):

A call returns the rows as a list. The function itself is called only the first time, with a
`Parameter` for each argument. So it can only pass its arguments on to filters and expressions, and
its query must depend on nothing else that changes. A list or tuple becomes a list of parameters,
and the SQL is written once for each length. None, True and False stay as they are, and the SQL is
written once for each. Django takes no parameters in a list of foreign keys: filter by
`therapist__pk__in`.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from functools import lru_cache, wraps
from itertools import count
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression
from django.db.transaction import TransactionManagementError

Arguments = TypeVarTuple("Arguments")
Row = TypeVar("Row")

FIELDS: "Mapping[type, models.Field[Any, Any]]" = {
    datetime: models.DateTimeField(),
    date: models.DateField(),  # after datetime, which is a date too
    int: models.BigIntegerField(),
    str: models.TextField(),
    UUID: models.UUIDField(),
}
"""The types of arguments, each with the field that prepares its values for the database."""
SHAPES_KEPT = 64
"""For how many shapes of its arguments a process keeps the SQL of one query."""


class Parameter(Expression):
    """Stands for a value while the SQL is written.

    `position` is that of the value among all values, those inside of sequences included.
    """

    def __init__(self, position: int, field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.position = position

    def as_sql(self, *_: Any) -> tuple[str, Any]:
        """Return a placeholder whose value is this parameter."""
        return "%s", [self]


def compiled_query(
    build: "Callable[[*Arguments], models.QuerySet[Any, Row]]",
) -> "Callable[[*Arguments], list[Row]]":
    """Decorate a function that returns a query set. See the module."""

    @lru_cache(maxsize=SHAPES_KEPT)
    def statement_for(_vendor: str, shape: tuple[Any, ...]) -> _Statement:
        return _Statement(build(*_parameters(shape)))

    @wraps(build)
    def rows(*arguments: *Arguments) -> list[Row]:
        shape, values = _shape_and_values(arguments)
        return statement_for(connections[DEFAULT_DB_ALIAS].vendor, shape).run(values)

    return rows


class _Statement:
    """The SQL of a query set, with parameters in place of some of its values."""

    def __init__(self, rows: "models.QuerySet[Any, Any]") -> None:
        self._rows = rows
        self._compiler: Any = rows.query.get_compiler(using=rows.db)
        try:
            self._sql, self._values = self._compiler.as_sql()
        except EmptyResultSet:  # Django then asks no database, as for the rows of an empty list
            self._sql, self._values = "", ()

    def run(self, arguments: Sequence[Any]) -> list[Any]:
        """Return the rows. `arguments` are the values by their position."""
        connection = connections[self._rows.db]
        if self._rows.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("Rows can be locked only in a transaction.")
        values = [
            value.output_field.get_db_prep_value(arguments[value.position], connection)
            if isinstance(value, Parameter)
            else value
            for value in self._values
        ]
        compiler = copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (self._sql, tuple(values))
        rows = self._rows.all()
        rows.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(rows)


def _shape_and_values(arguments: Sequence[Any]) -> tuple[tuple[Any, ...], list[Any]]:
    """Return what the SQL depends on, and the values of the parameters by position.

    The shape has for each argument its type, the types of its elements, or None, True or False.
    """
    shape: list[Any] = []
    values: list[Any] = []
    for argument in arguments:
        if argument is None or isinstance(argument, bool):
            shape.append(argument)
        elif isinstance(argument, (list, tuple)):
            shape.append(tuple(_type_of(element) for element in argument))
            values.extend(argument)
        else:
            shape.append(_type_of(argument))
            values.append(argument)
    return tuple(shape), values


def _parameters(shape: Sequence[Any]) -> list[Any]:
    """Return the arguments of this shape with which the SQL is written."""
    positions = count()
    arguments: list[Any] = []
    for part in shape:
        if isinstance(part, type):
            arguments.append(Parameter(next(positions), FIELDS[part]))
        elif isinstance(part, tuple):
            arguments.append([Parameter(next(positions), FIELDS[kind]) for kind in part])
        else:
            arguments.append(part)
    return arguments


def _type_of(value: Any) -> type:
    for kind in FIELDS:
        if isinstance(value, kind):
            return kind
    raise TypeError(f"A compiled query takes no value of {type(value).__name__}.")
