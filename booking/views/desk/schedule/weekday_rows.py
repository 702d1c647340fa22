"""A week of hours as a short table."""

from collections.abc import Iterable
from datetime import time

from booking.inputs import WallSpan
from booking.models.schedule import Weekday


def rows_of(week: Iterable[tuple[int, time, time]]) -> list[tuple[str, list[WallSpan]]]:
    """Every weekday by name, with its hours."""
    by_day: dict[int, list[WallSpan]] = {day.value: [] for day in Weekday}
    for weekday, starts, ends in week:
        by_day[weekday].append((starts, ends))
    return [(str(Weekday(day).label), spans) for day, spans in by_day.items()]
