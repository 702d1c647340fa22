"""A therapist's weekly hours as stretches of dates, each with one pattern.

rows      Mon 9-13  |------------->|            Mon 9-17      |------------>
          Tue 9-13  |------------------------------------------------------>
periods             |--- 9-13 -----|--- Tue ----|--- 9-17, Tue -------------
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from booking.inputs import WeeklyHoursChange, WeeklySpans
from booking.models import WeeklyHours

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PatternPeriod:
    """From the first date to the last (both included; None: no bound) the weeks are alike."""

    first: date | None
    last: date | None
    week: WeeklySpans

    def includes_day(self, day: date) -> bool:
        """Whether a date lies within it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def pattern_periods(therapist: int) -> list[PatternPeriod]:
    """All of them in order, without a gap, no two neighbours alike; at least one. One query."""
    rows = list(WeeklyHours.objects.filter(therapist=therapist).order_by("weekday", "starts"))
    found: list[PatternPeriod] = []
    for first, last in _stretches(rows):
        week = tuple(
            (row.weekday, row.starts, row.ends) for row in rows if _covers(row, first, last)
        )
        if found and found[-1].week == week:
            found[-1] = replace(found[-1], last=last)
        else:
            found.append(PatternPeriod(first, last, week))
    return found


def pattern_period_on(periods: Sequence[PatternPeriod], day: date) -> PatternPeriod:
    """The one that a date lies in."""
    return next(period for period in periods if period.includes_day(day))


def current_and_planned_periods(
    periods: Sequence[PatternPeriod], today: date
) -> list[PatternPeriod]:
    """The present one and those that are planned."""
    return [period for period in periods if period.last is None or period.last >= today]


def fingerprint_periods(periods: Sequence[PatternPeriod]) -> str:
    """The same as long as nobody changes these hours."""
    return sha256(repr(periods).encode()).hexdigest()[:16]


def with_planned_end(change: WeeklyHoursChange) -> WeeklyHoursChange:
    """The change with its end: the next one that is planned stays. One query."""
    return replace(
        change, until=pattern_period_on(pattern_periods(change.therapist), change.first).last
    )


def _stretches(rows: Sequence[WeeklyHours]) -> list[tuple[date | None, date | None]]:
    begins = {row.valid_from for row in rows if row.valid_from}
    begins |= {row.valid_until + ONE_DAY for row in rows if row.valid_until}
    firsts = [None, *sorted(begins)]
    return [
        (first, following - ONE_DAY if following else None)
        for first, following in zip(firsts, [*firsts[1:], None], strict=True)
    ]


def _covers(row: WeeklyHours, first: date | None, last: date | None) -> bool:
    """Whether the row holds on a stretch, which lies within the row's dates or outside them."""
    begun = row.valid_from is None or (first is not None and row.valid_from <= first)
    going_on = row.valid_until is None or (last is not None and last <= row.valid_until)
    return begun and going_on
