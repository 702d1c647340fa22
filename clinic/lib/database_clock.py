"""The database server's clock, to compare with this machine's."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from clinic.lib.dates import clock

TOLERANCE = timedelta(minutes=5)
"""The largest difference between the clocks of two machines that counts as correct."""


def database_now() -> datetime:
    """Return the present instant by the clock of PostgreSQL, or by this machine's for SQLite.

    With settings.CLINIC_CLOCK it is that.
    """
    if settings.CLINIC_CLOCK is not None or connection.vendor != "postgresql":
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    return instant  # type: ignore[no-any-return]


def find_clock_problem() -> str:
    """Return a sentence if the clocks of this machine and of the database differ, else ""."""
    difference = clock.now() - database_now()
    if abs(difference) <= TOLERANCE:
        return ""
    seconds = round(abs(difference).total_seconds())
    order = "ahead of" if difference > timedelta(0) else "behind"
    return f"The clock of this machine is {seconds} seconds {order} that of the database."
