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
from booking.models import Appointment, ClinicProfile, Room, Therapist, Treatment
from booking.queries.appointments.calendar_data import CalendarData, load_calendar_data
from booking.queries.appointments.calendar_marks import CalendarMark, calendar_marks
from booking.queries.availability.schedule_spans import span_of_days
from clinic.lib.dates import date_format
from clinic.lib.dates.epoch import from_minutes, to_minutes, to_next_minute
from clinic.lib.dates.zones import local_date

ROW_MINUTES = 5
SHORT_ROWS = 10
MIDDLING_ROWS = 13
"""A block of fewer rows is short, or middling: it has no room for every line."""
MINUTES_PER_HOUR = 60
MIN_PRESSABLE_ROWS = 6
MIN_FREE_MINUTES = 15
"""Shorter stretches between appointments are not offered."""
MAX_SHORT_ABSENCE = 8 * MINUTES_PER_HOUR
"""A longer absence does not widen the hours that are drawn."""
DEFAULT_HOURS: Span = (8 * MINUTES_PER_HOUR, 18 * MINUTES_PER_HOUR)


@dataclass(frozen=True, slots=True)
class LaneSpan:
    """A part of a lane: the first row, and the number of rows."""

    row: int
    rows: int


@dataclass(frozen=True, slots=True)
class LaneInterval:
    """A part of a lane between two instants, in words: free time, a break, or an absence."""

    row: int
    rows: int
    starts_at: datetime
    ends_at: datetime
    text: str = ""

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_pressable(self) -> bool:
        """Whether it is drawn high enough for a link (24 pixels)."""
        return self.rows >= MIN_PRESSABLE_ROWS


@dataclass(frozen=True, slots=True)
class HourMark:
    """A row at which a local hour begins."""

    row: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentBlock:
    """An appointment or a hold in a lane; `turnaround` follows it.

    `half` is "first" or "second" where an appointment and a time that is held for it overlap: each
    takes half of the lane. `marks` say at a glance what is unusual about it.
    """

    appointment: Appointment
    row: int
    rows: int
    turnaround: LaneSpan | None
    minute: int
    half: str = ""
    marks: Sequence[CalendarMark] = ()

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
    open: list[LaneInterval] = field(default_factory=list)
    away: list[LaneInterval] = field(default_factory=list)
    free: list[LaneInterval] = field(default_factory=list)
    breaks: list[LaneInterval] = field(default_factory=list)
    blocks: list[AppointmentBlock] = field(default_factory=list)
    now: int | None = None
    own_marks: list[HourMark] = field(default_factory=list)
    takes_bookings: bool = True

    @property
    def rows(self) -> int:
        return -(-(self.end - self.base) // ROW_MINUTES)

    @property
    def is_off(self) -> bool:
        """Whether nobody works here on this date, and nothing is booked."""
        return not self.open and not self.blocks

    @property
    def name_and_absence(self) -> str:
        """The name, and why they are away if that is known: "Daniel (Dentist)"."""
        texts = [piece.text for piece in self.away if piece.text]
        return f"{self.name} ({texts[0]})" if texts else self.name

    @property
    def free_minutes(self) -> int:
        """The minutes that can still be booked."""
        return sum(piece.minutes for piece in self.free)

    @property
    def entries(self) -> list[tuple[str, LaneInterval | AppointmentBlock]]:
        """What the lane holds in order of time, each with its kind: the day as a list.

        The kinds are "appointment", "free", "break" and "away".
        """
        entries: list[tuple[str, LaneInterval | AppointmentBlock]] = [
            *(("appointment", block) for block in self.blocks),
            *(("free", piece) for piece in self.free),
            *(("break", piece) for piece in self.breaks),
            *(("away", piece) for piece in self.away),
        ]
        return sorted(entries, key=lambda entry: entry[1].row)

    def piece(self, span: Span) -> LaneSpan | None:
        """Return the part of a span that lies in the lane."""
        start, end = max(span[0], self.base), min(span[1], self.end)
        if start >= end:
            return None
        row = (start - self.base) // ROW_MINUTES
        return LaneSpan(row, max(1, -(-(end - self.base) // ROW_MINUTES) - row))

    def intervals(self, spans: Iterable[Span], text: str = "") -> list[LaneInterval]:
        """Return the parts of spans that lie in the lane, with their instants."""
        return [
            LaneInterval(piece.row, piece.rows, from_minutes(start), from_minutes(end), text)
            for start, end in spans
            if (piece := self.piece((start, end)))
        ]


@dataclass(frozen=True, slots=True)
class CalendarGrid:
    """Lanes side by side, the hours beside them, and appointments outside of all lanes.

    `off` are lanes of a day on which nobody works there; they are named and not drawn, unless
    there is no other lane.
    """

    lanes: Sequence[CalendarLane]
    marks: Sequence[HourMark]
    rows: int
    cancelled_or_missed: Sequence[Appointment]
    off: Sequence[CalendarLane] = ()

    @property
    def days(self) -> int:
        """The number of dates that are drawn."""
        return len({lane.day for lane in self.lanes})

    @property
    def hours(self) -> int:
        """The number of hours that are drawn, rounded up."""
        return -(-self.rows * ROW_MINUTES // MINUTES_PER_HOUR)

    @property
    def treatments(self) -> list[Treatment]:
        """The treatments of the appointments that are drawn, by name."""
        rows = [block.appointment for lane in self.lanes for block in lane.blocks]
        booked = {row.option.treatment_id: row.option.treatment for row in rows}
        return sorted(booked.values(), key=lambda treatment: treatment.name)


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
            own_rows = [row for row in loaded.appointments if row.therapist_id == therapist.pk]
            hours = loaded.hours.get(therapist.pk, EMPTY_SPANS)
            _draw_hours(lane, hours, loaded.away, therapist.pk)
            _draw_free(lane, hours, own_rows, now)
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
        own_rows = [row for row in loaded.appointments if row.room_id == room.pk]
        if room.is_active:
            usable = Spans.of([(lane.base, lane.end)])
            lane.open = lane.intervals(usable)
            _draw_free(lane, usable, own_rows, now)
        _draw_blocks(lane, own_rows)
        lanes.append(lane)
    return _build_grid(lanes, window, loaded, now)


def _window(loaded: CalendarData, days: Sequence[date]) -> Span:
    """Return the local hours to draw, in whole hours: all that is open or occupied, and what is
    closed for a part of a day."""
    spans = [span for hours in loaded.hours.values() for span in hours]
    spans += [span for _, span, _ in loaded.away if span[1] - span[0] <= MAX_SHORT_ABSENCE]
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
    return first // MINUTES_PER_HOUR * MINUTES_PER_HOUR, min(
        MINUTES_PER_DAY, -(-last // MINUTES_PER_HOUR) * MINUTES_PER_HOUR
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
    lane.open = lane.intervals(hours)
    own = [row for row in away if row[0] in (None, therapist)]
    lane.away = [piece for _, span, text in own for piece in lane.intervals([span], text)]
    absent = Spans.of(span for _, span, _ in own)
    if lane.open:
        first, last = to_minutes(lane.open[0].starts_at), to_minutes(lane.open[-1].ends_at)
        lane.breaks = lane.intervals(Spans.of([(first, last)]) - hours - absent)


def _draw_free(
    lane: CalendarLane, hours: Spans, rows: Iterable[Appointment], now: datetime
) -> None:
    """Add the open time that nothing occupies, from now on, if it is long enough to be used."""
    busy = Spans.of((to_minutes(row.starts_at), to_minutes(row.blocked_until)) for row in rows)
    first = -(-to_next_minute(now) // ROW_MINUTES) * ROW_MINUTES
    if lane.takes_bookings and first < lane.end:
        rest = Spans.of([(max(first, lane.base), lane.end)])
        free = ((start, end) for start, end in (hours - busy) & rest)
        lane.free = lane.intervals(span for span in free if span[1] - span[0] >= MIN_FREE_MINUTES)


def _draw_blocks(lane: CalendarLane, rows: Iterable[Appointment]) -> None:
    in_order = sorted(rows, key=lambda row: row.starts_at)
    for row in in_order:
        start, end = to_minutes(row.starts_at), to_minutes(row.ends_at)
        piece = lane.piece((start, end))
        if piece is not None:
            turnaround = lane.piece((end, to_minutes(row.blocked_until)))
            half = _half(row, in_order)
            lane.blocks.append(
                AppointmentBlock(
                    row, piece.row, piece.rows, turnaround, start, half, calendar_marks(row)
                )
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
    shown = lanes
    if any(not lane.is_off for lane in lanes) and len({lane.day for lane in lanes}) == 1:
        shown = [lane for lane in lanes if not lane.is_off]
    longest = max((lane.rows for lane in lanes), default=rows)
    off = [lane for lane in lanes if lane not in shown]
    return CalendarGrid(shown, marks, longest, loaded.cancelled_or_missed, off)


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
