"""Instants as whole minutes since 1970-01-01 00:00 UTC, in Python and in SQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Func, IntegerField

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EPOCH_SHIFT_MINUTES = 1_100_000_000  # more minutes than any date before 1970 lies back


def to_minutes(instant: datetime) -> int:
    """Return the minute of an aware datetime, rounded down."""
    return (instant - EPOCH) // MINUTE


def to_next_minute(instant: datetime) -> int:
    """Return the minute of an aware datetime, rounded up."""
    return -((EPOCH - instant) // MINUTE)


def from_minutes(minutes: int) -> datetime:
    """Return the instant of UTC minutes since 1970, with the time zone UTC."""
    return EPOCH + minutes * MINUTE


class EpochMinutes(Func):
    """`to_minutes` in SQL, which is quicker than making a datetime for every row."""

    function = "EXTRACT"
    template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 60)::bigint"
    arity = 1
    output_field = IntegerField()

    def get_db_converters(self, connection: Any) -> list[Any]:
        """Return none: both databases give whole numbers, and there are thousands of rows."""
        return []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # % is doubled twice: once for this template, once for the statement it becomes part of.
        # substr: strftime rounds a fraction of a second up. The shift: / truncates towards zero.
        template = (
            "((CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS INTEGER)"
            f" + {EPOCH_SHIFT_MINUTES * 60}) / 60 - {EPOCH_SHIFT_MINUTES})"
        )
        return self.as_sql(compiler, connection, template=template, **context)


_DIGIT = "[0-9]"
SQLITE_WHOLE_MINUTE_GLOB = f"{_DIGIT * 4}-{_DIGIT * 2}-{_DIGIT * 2} {_DIGIT * 2}:{_DIGIT * 2}:00"


class IsWholeMinute(Func):
    """Whether an instant has no seconds, in SQL.

    On SQLite, which stores instants as text, it also requires the format that sorts correctly as
    text: 2026-12-01 16:30:00, in UTC.
    """

    function = "EXTRACT"
    template = "(EXTRACT(SECOND FROM %(expressions)s) = 0)"
    arity = 1
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"(%(expressions)s GLOB '{SQLITE_WHOLE_MINUTE_GLOB}')"
        return self.as_sql(compiler, connection, template=template, **context)
