"""Starts of appointments by weekday and hour of the clinic's clock."""

from collections.abc import Mapping

from django.db.models import Count

from booking.features.reports.queries.expressions import (
    appointments_in,
    kept_q,
    local_start_minutes,
)
from booking.features.reports.queries.period import ReportPeriod

HOURS_A_WEEK = 168
MONDAY = 4 * 24
"""1970 began on a Thursday: the first Monday's first hour is the 96th."""


def count_starts_by_hour(period: ReportPeriod) -> Mapping[tuple[int, int], int]:
    """Return how many appointments start, by (weekday, hour); Monday is 0. One query."""
    hour = (local_start_minutes(period) / 60 - MONDAY) % HOURS_A_WEEK
    rows = (
        appointments_in(period)
        .filter(kept_q)
        .values(hour=hour)
        .annotate(number=Count("pk"))
        .values_list("hour", "number")
    )
    return {divmod(hour, 24): number for hour, number in rows}
