"""The period of a report, its weeks or months, and the period before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.engine.hours import day_segments
from clinic.lib.dates.epoch import from_minutes

ONE_DAY = timedelta(days=1)
EARLIEST_DATE, LATEST_DATE = date(2000, 1, 1), date(2199, 12, 31)
MAX_DAYS = 5 * 366
MAX_SKIPPED_DAYS = 2
"""A zone that crossed the date line left out one date; two at once were never seen."""


class PeriodUnit(StrEnum):
    """The unit that a period is divided into."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class DateRange:
    """Consecutive dates, first and last included, in the clinic's zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def starts_at(self) -> datetime:
        """The instant at which its first date begins."""
        return start_of_day(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the date after its last one begins."""
        return start_of_day(self.last + ONE_DAY, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class ReportPeriod(DateRange):
    """The dates of a report, and the unit they are divided into."""

    step: PeriodUnit = PeriodUnit.WEEK

    def parts(self) -> list[DateRange]:
        """Its weeks (Monday to Sunday) or months; the first and the last may be cut short."""
        return list(self._parts())

    def previous(self) -> DateRange:
        """Return the period before: as many months for whole months, else as many days."""
        last = self.first - ONE_DAY
        months = self._whole_months()
        first = _months_back(self.first, months) if months else last - (self.last - self.first)
        return DateRange(first, last, self.zone)

    def _whole_months(self) -> int:
        """Return the number of months if the period is whole months, else 0."""
        following = self.last + ONE_DAY
        if self.first.day != 1 or following.day != 1:
            return 0
        return (following.year - self.first.year) * 12 + following.month - self.first.month

    def _parts(self) -> Iterator[DateRange]:
        first = self.first
        while first <= self.last:
            last = min(self._end_of_step(first), self.last)
            yield DateRange(first, last, self.zone)
            first = last + ONE_DAY

    def _end_of_step(self, day: date) -> date:
        if self.step == PeriodUnit.WEEK:
            return day + timedelta(days=6 - day.weekday())
        return _months_back(day.replace(day=1), -1) - ONE_DAY


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a date, or of the next date that exists in the zone.

    Raises ValueError if no date exists within MAX_SKIPPED_DAYS.
    """
    for skipped in range(MAX_SKIPPED_DAYS + 1):
        if segments := day_segments(day + skipped * ONE_DAY, zone):
            return from_minutes(segments[0].start)
    raise ValueError(f"{zone.key} has no {day}")


def last_months(
    today: date, months: int, zone: ZoneInfo, step: PeriodUnit = PeriodUnit.WEEK
) -> ReportPeriod:
    """Return the last months, this one included, as a period."""
    this_month = today.replace(day=1)
    return ReportPeriod(
        _months_back(this_month, months - 1), _months_back(this_month, -1) - ONE_DAY, zone, step
    )


def _months_back(first: date, months: int) -> date:
    """Return the first of the month `months` earlier."""
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
