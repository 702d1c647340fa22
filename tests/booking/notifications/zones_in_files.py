"""What a calendar file says of a time zone, read by its VTIMEZONE alone."""

from datetime import datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]


def offset_by_file(zone: Any, wall: datetime) -> timedelta:
    """Return the UTC offset that a VTIMEZONE gives for a wall-clock time without a zone."""
    onsets = all_onsets(zone, wall.year - 1, wall.year)
    return max(change for change in onsets if change[0] <= wall)[1]


def all_onsets(zone: Any, first_year: int, last_year: int) -> list[tuple[datetime, timedelta]]:
    """Return the wall-clock times from which offsets hold, in order; before the years only single
    ones.
    """
    begin, end = datetime(first_year, 1, 1), datetime(last_year + 1, 1, 1)  # noqa: DTZ001
    onsets = []
    for part in zone.subcomponents:
        first, offset = part["DTSTART"].dt, part["TZOFFSETTO"].td
        if "RRULE" in part:
            rule = rrulestr(part["RRULE"].to_ical().decode(), dtstart=first)
            onsets += [(onset, offset) for onset in rule.between(begin, end)]
        else:
            onsets.append((first, offset))
    return sorted(onsets)
