"""The clock of the database server, to compare this machine's clock with."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from clinic.lib.dates import clock

TOLERANCE = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""


def database_now() -> datetime:
    """Return the instant by PostgreSQL's clock, or by this machine's, which is also SQLite's.

    With settings.CLINIC_CLOCK it is that.
    """
    if settings.CLINIC_CLOCK is not None or connection.vendor != "postgresql":
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    return instant  # type: ignore[no-any-return]


def find_clock_problem() -> str:
    """Return that the clocks of this machine and of the database differ, or ""."""
    difference = clock.now() - database_now()
    if abs(difference) <= TOLERANCE:
        return ""
    seconds = round(abs(difference).total_seconds())
    order = "ahead of" if difference > timedelta(0) else "behind"
    return f"The clock of this machine is {seconds} seconds {order} that of the database."
