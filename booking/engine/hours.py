"""From wall-clock rules to spans of real minutes, through every change of the clocks.

A rule such as "09:00 to 17:00" means: every minute whose wall-clock reading, on that date and
in the clinic's zone, lies between the two. Hence no special case is needed:

    clocks go forward, 02:00 -> 03:00   01:00-04:00 is two real hours; 02:00-03:00 is none
    clocks go back,    02:00 -> 01:00   01:00-02:00 is two real hours, one after the other
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.engine.spans import Span, Spans

MINUTES_PER_DAY = 1440
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Work from `start` to `end` (minutes since 00:00) on one weekday (Monday is 0)."""

    weekday: int
    start: int
    end: int
    valid_from: date | None = None
    valid_until: date | None = None

    def applies_on(self, day: date) -> bool:
        """Whether it is that weekday, within the dates of validity (both inclusive)."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """One therapist's layers: the pattern, the dates that replace it."""

    weekly: Sequence[WeeklyRule] = ()
    exceptions: Mapping[date, Sequence[Span]] = field(default_factory=dict)

    def on(self, day: date) -> Sequence[Span]:
        """The wall-clock spans of a date; an exception without spans is a day off."""
        if day in self.exceptions:
            return self.exceptions[day]
        return [(rule.start, rule.end) for rule in self.weekly if rule.applies_on(day)]

    def open_spans(self, days: Iterable[date], zone: ZoneInfo) -> Spans:
        """The real minutes of work on these dates."""
        return Spans.of(
            span
            for day in days
            for wall in self.on(day)
            for span in wall_clock_to_utc(day, wall, zone)
        )


@dataclass(frozen=True, slots=True)
class DaySegment:
    """A part of a local date without a clock change: real [start, end), reading `wall` first."""

    start: int
    end: int
    wall: int


def dates_between(first: date, last: date) -> list[date]:
    """Every date from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def wall_clock_to_utc(day: date, wall: Span, zone: ZoneInfo) -> Iterator[Span]:
    """The real spans of a wall-clock span on a date: none, one, or two."""
    for stretch in day_segments(day, zone):
        shift = stretch.start - stretch.wall
        start = max(wall[0] + shift, stretch.start)
        end = min(wall[1] + shift, stretch.end)
        if start < end:
            yield start, end


def first_utc_minute_at(day: date, wall: int, zone: ZoneInfo) -> int | None:
    """The first real minute of a date that reads so; None where the clocks skip it."""
    for stretch in day_segments(day, zone):
        if stretch.wall <= wall < stretch.wall + stretch.end - stretch.start:
            return stretch.start + wall - stretch.wall
    return None


def utc_minute_until(day: date, wall: int, zone: ZoneInfo) -> int | None:
    """When what ends at a reading (1 to 1440) is over, the last time; None where it is skipped."""
    for stretch in reversed(day_segments(day, zone)):
        if stretch.wall < wall <= stretch.wall + stretch.end - stretch.start:
            return stretch.start + wall - stretch.wall
    return first_utc_minute_at(day, wall, zone)  # the first reading after a skipped hour


def grid_starts(day: date, grid: int, zone: ZoneInfo) -> list[int]:
    """The real minutes of a date whose wall-clock reading is a multiple of `grid`."""
    return [
        stretch.start + offset
        for stretch in day_segments(day, zone)
        for offset in range(-stretch.wall % grid, stretch.end - stretch.start, grid)
    ]


@lru_cache(maxsize=4096)
def day_segments(day: date, zone: ZoneInfo) -> tuple[DaySegment, ...]:
    """A local date cut at its clock changes, in real order; empty when the zone skipped it."""
    midnight = (day.toordinal() - EPOCH_ORDINAL) * MINUTES_PER_DAY  # as if the zone were UTC
    first, last = midnight - MINUTES_PER_DAY, midnight + 2 * MINUTES_PER_DAY
    found = []
    for start, end in _constant_offsets(first, last, zone):
        offset = _offset(start, zone)
        begin, finish = max(start, midnight - offset), min(end, midnight + MINUTES_PER_DAY - offset)
        if begin < finish:
            found.append(DaySegment(begin, finish, begin + offset - midnight))
    return tuple(found)


def to_local_datetime(minute: int, zone: ZoneInfo) -> datetime:
    """The wall-clock reading of a minute."""
    return datetime.fromtimestamp(minute * 60, zone)


def utc_offsets(first: int, last: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    """[first, last) as minutes at which an offset from UTC begins, each with the offset."""
    return [(start, _offset(start, zone)) for start, _end in _constant_offsets(first, last, zone)]


def _constant_offsets(first: int, last: int, zone: ZoneInfo) -> Iterator[Span]:
    """[first, last) cut where the zone's offset from UTC changes.

    Looks every six hours: no zone changes its clocks twice within that time.
    """
    start = probe = first
    while probe < last:
        ahead = min(probe + MINUTES_PER_DAY // 4, last)
        if _offset(ahead, zone) != _offset(probe, zone):
            change = _bisect_change(probe, ahead, zone)
            yield start, change
            start = change
        probe = ahead
    yield start, last


def _bisect_change(low: int, high: int, zone: ZoneInfo) -> int:
    """The first minute after `low` that has the offset of `high`."""
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(minute: int, zone: ZoneInfo) -> int:
    """Minutes that the zone is ahead of UTC."""
    shift = to_local_datetime(minute, zone).utcoffset()
    return 0 if shift is None else int(shift.total_seconds() // 60)
