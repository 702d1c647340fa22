"""The text of a row: a line of JSON that is the same whichever database the row is in."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

MICROSECOND = timedelta(microseconds=1)

TO_JSON: Mapping[str, Callable[[Any], Any]] = {
    "integer": int,
    "boolean": bool,
    "text": str,
    "datetime": lambda value: value.astimezone(UTC).isoformat(),
    "date": lambda value: value.isoformat(),
    "time": lambda value: value.isoformat(),
    "duration": lambda value: value // MICROSECOND,
    "decimal": str,
    "uuid": str,
    "json": lambda value: value,
}
FROM_JSON: Mapping[str, Callable[[Any], Any]] = {
    "integer": int,
    "boolean": bool,
    "text": str,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "duration": lambda value: value * MICROSECOND,
    "decimal": Decimal,
    "uuid": UUID,
    "json": lambda value: value,
}
FIELDS: Mapping[str, "models.Field[Any, Any]"] = {
    "datetime": models.DateTimeField(),
    "date": models.DateField(),
    "time": models.TimeField(),
    "duration": models.DurationField(),
    "uuid": models.UUIDField(),
    "json": models.JSONField(),
}
"""Fields that know how each database stores these kinds; the others are stored as they are."""


def encode_row(values: Sequence[Any], kinds: Sequence[str]) -> bytes:
    """Return the line of a row, with its end."""
    plain = [
        None if value is None else TO_JSON[kind](value)
        for value, kind in zip(values, kinds, strict=True)
    ]
    line = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return line.encode() + b"\n"


def decode_row(line: bytes, kinds: Sequence[str]) -> list[Any]:
    """Return the values of a line. Raises ValueError if it does not fit its kinds."""
    plain = json.loads(line)
    if not isinstance(plain, list):
        raise ValueError("A row is a list.")  # as for every other malformed line
    return [
        None if value is None else FROM_JSON[kind](value)
        for value, kind in zip(plain, kinds, strict=True)
    ]


def to_database(value: Any, kind: str, connection: BaseDatabaseWrapper) -> Any:
    """Return a value as a parameter for this database."""
    field = FIELDS.get(kind)
    return value if field is None else field.get_db_prep_save(value, connection)
