"""The hours of a week as a table."""

from collections.abc import Iterable
from datetime import time

from booking.inputs import WallClockSpan
from booking.models.schedule import Weekday


def weekday_rows(week: Iterable[tuple[int, time, time]]) -> list[tuple[str, list[WallClockSpan]]]:
    """Return each weekday with its name and hours."""
    by_day: dict[int, list[WallClockSpan]] = {day.value: [] for day in Weekday}
    for weekday, starts, ends in week:
        by_day[weekday].append((starts, ends))
    return [(str(Weekday(day).label), spans) for day, spans in by_day.items()]
