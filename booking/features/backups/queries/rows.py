"""Read the rows of a table in order of their primary key, a thousand at a time."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from booking.features.backups.queries.tables import table_columns
from booking.features.backups.queries.values import encode_row

ROWS_AT_A_TIME = 1000


def encoded_rows(model: type[Model], using: str) -> Iterator[bytes]:
    """Yield the line of every row of a table.

    Reads page after page instead of with a cursor, so that memory is bounded on both databases,
    also behind pgbouncer. Call it inside a transaction that sees one state of the database.
    """
    kinds = [column.kind for column in table_columns(model)]
    names = [field.attname for field in model._meta.concrete_fields]
    key = names.index(model._meta.pk.attname)
    rows = model._base_manager.using(using).order_by("pk").values_list(*names)
    page: list[tuple[Any, ...]] = list(rows[:ROWS_AT_A_TIME])
    while page:
        for row in page:
            yield encode_row(row, kinds)
        page = list(rows.filter(pk__gt=page[-1][key])[:ROWS_AT_A_TIME])
