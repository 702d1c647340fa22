"""A therapist's weekly hours as periods of dates with one weekly pattern each.

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
    """The weekly pattern from one date to another, both included; None: no bound."""

    first: date | None
    last: date | None
    week: WeeklySpans

    def includes_day(self, day: date) -> bool:
        """Whether a date lies in the period."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def pattern_periods(therapist: int) -> list[PatternPeriod]:
    """Return a therapist's periods in order, without gaps; at least one. One query.

    Neighboring periods have different patterns.
    """
    rows = list(WeeklyHours.objects.filter(therapist=therapist).order_by("weekday", "starts"))
    periods: list[PatternPeriod] = []
    for first, last in _date_ranges(rows):
        week = tuple(
            (row.weekday, row.starts, row.ends) for row in rows if _covers(row, first, last)
        )
        if periods and periods[-1].week == week:
            periods[-1] = replace(periods[-1], last=last)
        else:
            periods.append(PatternPeriod(first, last, week))
    return periods


def pattern_period_on(periods: Sequence[PatternPeriod], day: date) -> PatternPeriod:
    """Return the period that a date lies in."""
    return next(period for period in periods if period.includes_day(day))


def current_and_planned_periods(
    periods: Sequence[PatternPeriod], today: date
) -> list[PatternPeriod]:
    """Return the current period and those planned for later."""
    return [period for period in periods if period.last is None or period.last >= today]


def fingerprint_periods(periods: Sequence[PatternPeriod]) -> str:
    """Return a hash that changes when these hours change."""
    return sha256(repr(periods).encode()).hexdigest()[:16]


def with_planned_end(change: WeeklyHoursChange) -> WeeklyHoursChange:
    """Return the change with its end, so that the next planned period stays. One query."""
    return replace(
        change,
        valid_until=pattern_period_on(pattern_periods(change.therapist), change.valid_from).last,
    )


def _date_ranges(rows: Sequence[WeeklyHours]) -> list[tuple[date | None, date | None]]:
    begins = {row.valid_from for row in rows if row.valid_from}
    begins |= {row.valid_until + ONE_DAY for row in rows if row.valid_until}
    firsts = [None, *sorted(begins)]
    return [
        (first, following - ONE_DAY if following else None)
        for first, following in zip(firsts, [*firsts[1:], None], strict=True)
    ]


def _covers(row: WeeklyHours, first: date | None, last: date | None) -> bool:
    """Whether a row is valid on a range, which lies either within its dates or outside them."""
    begun = row.valid_from is None or (first is not None and row.valid_from <= first)
    going_on = row.valid_until is None or (last is not None and last <= row.valid_until)
    return begun and going_on
