"""The desk calendar: days as lanes of five-minute rows, with hours and appointments.

    lane        base                                          end
                 |..........|==============|......|==========|
    rows         0          12             36     48         60
    open                    |--------------|      |----------|
    block                   |----|..|                                 .. turnaround

A lane counts UTC minutes from its base, so a day of 23 or 25 hours is drawn at its length; the
marks beside it show local time.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from booking.access.roles import AnyUser
from booking.engine.hours import MINUTES_PER_DAY, grid_starts, to_local_datetime, wall_clock_to_utc
from booking.engine.spans import EMPTY_SPANS, Span, Spans
from booking.models import Appointment, ClinicProfile, Room, Therapist
from booking.queries.appointments.calendar_data import CalendarData, load_calendar_data
from booking.queries.availability.schedule_spans import span_of_days
from clinic.lib.dates import date_format
from clinic.lib.dates.epoch import from_minutes, to_minutes
from clinic.lib.dates.zones import local_date

ROW_MINUTES = 5
SHORT_ROWS = 8
MIDDLING_ROWS = 11
"""A block of fewer rows is short, or middling: it has no room for every line."""
MINUTES_PER_HOUR = 60
DEFAULT_HOURS: Span = (8 * MINUTES_PER_HOUR, 18 * MINUTES_PER_HOUR)


@dataclass(frozen=True, slots=True)
class LaneSpan:
    """A part of a lane: the first row, the number of rows, and a label."""

    row: int
    rows: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class HourMark:
    """A row at which a local hour begins."""

    row: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentBlock:
    """An appointment or a hold in a lane; `turnaround` follows it.

    `half` is "first" or "second" where an appointment and a time that is held for it overlap: each
    takes half of the lane.
    """

    appointment: Appointment
    row: int
    rows: int
    turnaround: LaneSpan | None
    minute: int
    half: str = ""

    @property
    def height(self) -> str:
        """How high the block is drawn: "short" and "middling" ones leave words out."""
        if self.rows < SHORT_ROWS:
            return "short"
        return "middling" if self.rows < MIDDLING_ROWS else ""


@dataclass(slots=True)
class CalendarLane:
    """A therapist, or a room, on one date. `base` and `end` are UTC minutes since 1970.

    `name` is that of the therapist or room, or in a view of several dates the date.
    """

    key: str
    name: str
    day: date
    base: int
    end: int
    open: list[LaneSpan] = field(default_factory=list)
    away: list[LaneSpan] = field(default_factory=list)
    blocks: list[AppointmentBlock] = field(default_factory=list)
    now: int | None = None
    own_marks: list[HourMark] = field(default_factory=list)
    takes_bookings: bool = True

    @property
    def rows(self) -> int:
        return -(-(self.end - self.base) // ROW_MINUTES)

    def piece(self, span: Span, text: str = "") -> LaneSpan | None:
        """Return the part of a span that lies in the lane."""
        start, end = max(span[0], self.base), min(span[1], self.end)
        if start >= end:
            return None
        row = (start - self.base) // ROW_MINUTES
        return LaneSpan(row, max(1, -(-(end - self.base) // ROW_MINUTES) - row), text)


@dataclass(frozen=True, slots=True)
class CalendarGrid:
    """Lanes side by side, the hours beside them, and appointments outside of all lanes."""

    lanes: Sequence[CalendarLane]
    marks: Sequence[HourMark]
    rows: int
    cancelled_or_missed: Sequence[Appointment]


def load_therapist_grid(
    user: AnyUser,
    clinic: ClinicProfile,
    therapists: Sequence[Therapist],
    days: Sequence[date],
    now: datetime,
) -> CalendarGrid:
    """Return a lane for each therapist and date. Eight queries."""
    loaded = load_calendar_data(user, clinic, therapists, days, now)
    window = _window(loaded, days)
    lanes = []
    for day in days:
        for therapist in therapists:
            name = date_format.short_day(day) if len(days) > 1 else therapist.name
            lane = _lane(therapist.slug, name, day, window, clinic.zone)
            lane.takes_bookings = therapist.is_active
            _draw_hours(
                lane, loaded.hours.get(therapist.pk, EMPTY_SPANS), loaded.away, therapist.pk
            )
            own_rows = (row for row in loaded.appointments if row.therapist_id == therapist.pk)
            _draw_blocks(lane, own_rows)
            lanes.append(lane)
    return _build_grid(lanes, window, loaded, now)


def load_room_grid(
    user: AnyUser,
    clinic: ClinicProfile,
    therapists: Sequence[Therapist],
    day: date,
    now: datetime,
) -> CalendarGrid:
    """Return a lane for each room that is in use or booked on that day. Nine queries."""
    loaded = load_calendar_data(user, clinic, therapists, [day], now)
    window = _window(loaded, [day])
    lanes = []
    booked = {row.room_id for row in loaded.appointments}
    for room in Room.objects.filter(Q(is_active=True) | Q(pk__in=booked)):
        lane = _lane(str(room.pk), room.name, day, window, clinic.zone)
        lane.takes_bookings = room.is_active
        lane.open = [LaneSpan(0, lane.rows)] if room.is_active else []
        _draw_blocks(lane, (row for row in loaded.appointments if row.room_id == room.pk))
        lanes.append(lane)
    return _build_grid(lanes, window, loaded, now)


def _window(loaded: CalendarData, days: Sequence[date]) -> Span:
    """Return the local hours to draw: all that is open or occupied, and an hour around it."""
    spans = [span for hours in loaded.hours.values() for span in hours]
    spans += [
        (to_minutes(row.starts_at), to_minutes(row.blocked_until)) for row in loaded.appointments
    ]
    busy_or_open = Spans.of(spans)
    wall_minutes = [
        wall_minute
        for day in days
        for start, end in busy_or_open & Spans.of([span_of_days([day], loaded.zone)])
        for wall_minute in (_wall(start, loaded.zone), _wall(end - 1, loaded.zone) + 1)
    ]
    first, last = (min(wall_minutes), max(wall_minutes)) if wall_minutes else DEFAULT_HOURS
    return max(0, first // MINUTES_PER_HOUR * MINUTES_PER_HOUR - MINUTES_PER_HOUR), min(
        MINUTES_PER_DAY, -(-last // MINUTES_PER_HOUR) * MINUTES_PER_HOUR + MINUTES_PER_HOUR
    )


def _wall(minute: int, zone: ZoneInfo) -> int:
    local = to_local_datetime(minute, zone)
    return local.hour * MINUTES_PER_HOUR + local.minute


def _lane(key: str, name: str, day: date, window: Span, zone: ZoneInfo) -> CalendarLane:
    spans = list(wall_clock_to_utc(day, window, zone)) or [(0, 0)]
    return CalendarLane(key, name, day, spans[0][0], spans[-1][1])


def _draw_hours(
    lane: CalendarLane, hours: Spans, away: Sequence[tuple[int | None, Span, str]], therapist: int
) -> None:
    lane.open = [piece for span in hours if (piece := lane.piece(span))]
    lane.away = [
        piece
        for therapist_id, span, text in away
        if therapist_id in (None, therapist) and (piece := lane.piece(span, text))
    ]


def _draw_blocks(lane: CalendarLane, rows: Iterable[Appointment]) -> None:
    in_order = sorted(rows, key=lambda row: row.starts_at)
    for row in in_order:
        start, end = to_minutes(row.starts_at), to_minutes(row.ends_at)
        piece = lane.piece((start, end))
        if piece is not None:
            turnaround = lane.piece((end, to_minutes(row.blocked_until)))
            half = _half(row, in_order)
            lane.blocks.append(
                AppointmentBlock(row, piece.row, piece.rows, turnaround, start, half)
            )


def _half(row: Appointment, others: Iterable[Appointment]) -> str:
    """Return which half of the lane a row takes, or "" for all of it.

    All of it too if only the turnaround of one overlaps the other.
    """
    for other in others:
        if row.starts_at < other.ends_at and other.starts_at < row.ends_at:
            if other.proposed_for == row.public_id:
                return "first"
            if row.proposed_for == other.public_id:
                return "second"
    return ""


def _build_grid(
    lanes: Sequence[CalendarLane], window: Span, loaded: CalendarData, now: datetime
) -> CalendarGrid:
    """Put the hours of the most common lane length beside all lanes; others have their own."""
    most_common = Counter(lane.rows for lane in lanes).most_common(1)
    rows = most_common[0][0] if most_common else (window[1] - window[0]) // ROW_MINUTES
    marks: list[HourMark] = []
    minute, today = to_minutes(now), local_date(now, loaded.zone)
    for lane in lanes:
        lane_marks = _marks(lane, loaded.zone)
        if lane.rows != rows:
            lane.own_marks = lane_marks
        elif not marks:
            marks = lane_marks
        if lane.day == today and lane.base <= minute < lane.end:
            lane.now = (minute - lane.base) // ROW_MINUTES
    return CalendarGrid(
        lanes, marks, max((lane.rows for lane in lanes), default=rows), loaded.cancelled_or_missed
    )


def _marks(lane: CalendarLane, zone: ZoneInfo) -> list[HourMark]:
    return [
        HourMark((minute - lane.base) // ROW_MINUTES, from_minutes(minute))
        for minute in grid_starts(lane.day, MINUTES_PER_HOUR, zone)
        if lane.base <= minute < lane.end
    ]


def week_dates(day: date) -> list[date]:
    """Return the dates of a week, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]
