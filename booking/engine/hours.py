"""Convert wall-clock rules to spans of UTC minutes, correct across changes of the clocks.

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
        """Return whether the rule applies on a date; both dates of validity are included."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """One therapist's weekly rules, and the dates that replace them."""

    weekly: Sequence[WeeklyRule] = ()
    exceptions: Mapping[date, Sequence[Span]] = field(default_factory=dict)

    def on(self, day: date) -> Sequence[Span]:
        """Return the wall-clock spans of a date; an exception without spans is a day off."""
        if day in self.exceptions:
            return self.exceptions[day]
        return [(rule.start, rule.end) for rule in self.weekly if rule.applies_on(day)]

    def open_spans(self, days: Iterable[date], zone: ZoneInfo) -> Spans:
        """Return the UTC minutes of work on these dates."""
        dates = tuple(days)
        usual = tuple(day for day in dates if day not in self.exceptions)
        spans = _weekly_spans(tuple(self.weekly), usual, zone)
        if len(usual) == len(dates):
            return spans
        return spans | Spans.of(
            span
            for day in dates
            for wall_span in self.exceptions.get(day, ())
            for span in wall_clock_to_utc(day, wall_span, zone)
        )


@dataclass(frozen=True, slots=True)
class DaySegment:
    """A part of a local date without a clock change.

    [start, end) are UTC minutes; `wall_start` is the wall-clock minute at `start`.
    """

    start: int
    end: int
    wall_start: int


def dates_between(first: date, last: date) -> list[date]:
    """Return every date from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def wall_clock_to_utc(day: date, wall_span: Span, zone: ZoneInfo) -> Iterator[Span]:
    """Yield the UTC spans of a wall-clock span on a date: none, one, or two."""
    for segment in day_segments(day, zone):
        shift = segment.start - segment.wall_start
        start = max(wall_span[0] + shift, segment.start)
        end = min(wall_span[1] + shift, segment.end)
        if start < end:
            yield start, end


def first_utc_minute_at(day: date, wall_minute: int, zone: ZoneInfo) -> int | None:
    """Return the first UTC minute of a wall-clock time on a date, or None if it is skipped.

    `wall_minute` counts from 00:00; the result counts from 1970.
    """
    for segment in day_segments(day, zone):
        if segment.wall_start <= wall_minute < segment.wall_start + segment.end - segment.start:
            return segment.start + wall_minute - segment.wall_start
    return None


def utc_minute_until(day: date, wall_minute: int, zone: ZoneInfo) -> int | None:
    """Return the UTC minute at which a span ending at `wall_minute` (1 to 1440) is over.

    Of a repeated hour it is the last; None if the clocks skip the time.
    """
    for segment in reversed(day_segments(day, zone)):
        if segment.wall_start < wall_minute <= segment.wall_start + segment.end - segment.start:
            return segment.start + wall_minute - segment.wall_start
    return first_utc_minute_at(
        day, wall_minute, zone
    )  # the first wall-clock time after a skipped hour


@lru_cache(maxsize=1024)
def _weekly_spans(rules: tuple[WeeklyRule, ...], days: tuple[date, ...], zone: ZoneInfo) -> Spans:
    """Return the UTC minutes of weekly rules on dates: the same for each visitor of a day."""
    hours = WorkingHours(rules)
    return Spans.of(
        span
        for day in days
        for wall_span in hours.on(day)
        for span in wall_clock_to_utc(day, wall_span, zone)
    )


def grid_starts(day: date, grid: int, zone: ZoneInfo) -> list[int]:
    """Return the UTC minutes of a date whose wall-clock time is a multiple of `grid`."""
    return [
        segment.start + offset
        for segment in day_segments(day, zone)
        for offset in range(-segment.wall_start % grid, segment.end - segment.start, grid)
    ]


@lru_cache(maxsize=4096)
def day_segments(day: date, zone: ZoneInfo) -> tuple[DaySegment, ...]:
    """Return a local date cut at its clock changes; empty if the zone skipped the date."""
    midnight = (day.toordinal() - EPOCH_ORDINAL) * MINUTES_PER_DAY  # as if the zone were UTC
    first, last = midnight - MINUTES_PER_DAY, midnight + 2 * MINUTES_PER_DAY
    segments = []
    for start, end in _constant_offsets(first, last, zone):
        offset = _offset(start, zone)
        begin, finish = max(start, midnight - offset), min(end, midnight + MINUTES_PER_DAY - offset)
        if begin < finish:
            segments.append(DaySegment(begin, finish, begin + offset - midnight))
    return tuple(segments)


@lru_cache(maxsize=16_384)
def to_local_datetime(minute: int, zone: ZoneInfo) -> datetime:
    """Return a UTC minute as a local datetime."""
    return datetime.fromtimestamp(minute * 60, zone)


def utc_offsets(first: int, last: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Return (minute, offset in minutes) for each offset from UTC that begins in [first, last)."""
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
