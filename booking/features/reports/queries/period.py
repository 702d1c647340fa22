"""The dates of a report: cut into weeks or months, and the stretch of the same length before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.engine.hours import stretches
from clinic.lib.dates.epoch import from_minutes

DAY = timedelta(days=1)
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
MOST_DAYS = 5 * 366
MOST_SKIPPED_DAYS = 2
"""A zone that crossed the date line left out one date; two at once were never seen."""


class Step(StrEnum):
    """How a period is cut."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive dates, first and last included, in the clinic's zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def starts_at(self) -> datetime:
        """The instant at which its first date begins."""
        return begin_of(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the date after its last one begins."""
        return begin_of(self.last + DAY, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Period(Piece):
    """What a report looks at."""

    step: Step = Step.WEEK

    def pieces(self) -> list[Piece]:
        """Its weeks (Monday to Sunday) or months; the first and the last may be cut short."""
        return list(self._pieces())

    def before(self) -> Piece:
        """As many months before, for whole months; as many days before, for all else."""
        last = self.first - DAY
        months = self._whole_months()
        first = _months_back(self.first, months) if months else last - (self.last - self.first)
        return Piece(first, last, self.zone)

    def _whole_months(self) -> int:
        """How many, if it is nothing but whole months."""
        following = self.last + DAY
        if self.first.day != 1 or following.day != 1:
            return 0
        return (following.year - self.first.year) * 12 + following.month - self.first.month

    def _pieces(self) -> Iterator[Piece]:
        first = self.first
        while first <= self.last:
            last = min(self._end_of_step(first), self.last)
            yield Piece(first, last, self.zone)
            first = last + DAY

    def _end_of_step(self, day: date) -> date:
        if self.step == Step.WEEK:
            return day + timedelta(days=6 - day.weekday())
        return _months_back(day.replace(day=1), -1) - DAY


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a date begins; of the next one where the zone left this one out."""
    for later in range(MOST_SKIPPED_DAYS + 1):
        if found := stretches(day + later * DAY, zone):
            return from_minutes(found[0].start)
    raise ValueError(f"{zone.key} has no {day}")


def last_months(today: date, months: int, zone: ZoneInfo, step: Step = Step.WEEK) -> Period:
    """The month of today, and as many before it as make up the number."""
    this = today.replace(day=1)
    return Period(_months_back(this, months - 1), _months_back(this, -1) - DAY, zone, step)


def _months_back(first: date, months: int) -> date:
    """The first of a month, so many months earlier (later, below zero)."""
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
