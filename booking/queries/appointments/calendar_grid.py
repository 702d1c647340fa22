"""The calendar: days as lanes of five-minute rows, with what lies in them.

    lane        base                                          end
                 |..........|==============|......|==========|
    rows         0          12             36     48         60
    open                    |--------------|      |----------|
    block                   |----|..|                                 .. turnaround

A lane counts real minutes from its base, so a day of 23 or 25 hours is drawn as long as it is;
the marks beside it say what the wall clock reads.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.access.roles import Person
from booking.access.scope import appointments_of, holds_of
from booking.engine.hours import DAY, grid_starts, local, wall_to_minutes
from booking.engine.spans import NOTHING, Span, Spans
from booking.lifecycle import OCCUPYING, Status
from booking.models import Appointment, ClinicProfile, Closure, Room, Therapist, TimeOff
from booking.models.appointments import LONGEST
from booking.queries.availability.schedule_spans import open_spans, real_span, wall_span
from clinic.lib.dates.epoch import from_minutes, to_minutes

UNIT = 5
HOUR = 60
USUAL_DAY: Span = (8 * HOUR, 18 * HOUR)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a lane: the first row, the number of rows, and what to say of it."""

    row: int
    rows: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A row at which the wall clock reads a full hour."""

    row: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """An appointment or a hold in a lane; `turnaround` follows it."""

    appointment: Appointment
    row: int
    rows: int
    turnaround: Piece | None
    minute: int


@dataclass(slots=True)
class Lane:
    """One therapist, or one room, on one date. `base` and `end` are real minutes."""

    key: str
    name: str
    day: date
    base: int
    end: int
    open: list[Piece] = field(default_factory=list)
    away: list[Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    now: int | None = None
    own_marks: list[Mark] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return -(-(self.end - self.base) // UNIT)

    def piece(self, span: Span, text: str = "") -> Piece | None:
        """The part of a span that lies in the lane."""
        start, end = max(span[0], self.base), min(span[1], self.end)
        if start >= end:
            return None
        row = (start - self.base) // UNIT
        return Piece(row, max(1, -(-(end - self.base) // UNIT) - row), text)


@dataclass(frozen=True, slots=True)
class Board:
    """Lanes side by side, the hours beside them, and what has no place in them any more."""

    lanes: Sequence[Lane]
    marks: Sequence[Mark]
    rows: int
    gone: Sequence[Appointment]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the database says of some dates."""

    zone: ZoneInfo
    hours: Mapping[int, Spans]
    away: Sequence[tuple[int | None, Span, str]]
    appointments: Sequence[Appointment]
    gone: Sequence[Appointment]


def load_board(
    user: Person,
    clinic: ClinicProfile,
    therapists: Sequence[Therapist],
    days: Sequence[date],
    now: datetime,
) -> Board:
    """A lane for each therapist and date. Eight queries, whatever there is on file."""
    loaded = load_days(user, clinic, therapists, days, now)
    window = _window(loaded, days)
    lanes = []
    for day in days:
        for therapist in therapists:
            lane = _lane(therapist.slug, therapist.name, day, window, clinic.zone)
            _draw_hours(lane, loaded.hours.get(therapist.pk, NOTHING), loaded.away, therapist.pk)
            own = (row for row in loaded.appointments if row.therapist_id == therapist.pk)
            _draw_blocks(lane, own)
            lanes.append(lane)
    return _board(lanes, window, loaded, now)


def load_rooms_board(
    user: Person,
    clinic: ClinicProfile,
    therapists: Sequence[Therapist],
    day: date,
    now: datetime,
) -> Board:
    """A lane for each room in use. Nine queries."""
    loaded = load_days(user, clinic, therapists, [day], now)
    window = _window(loaded, [day])
    lanes = []
    for room in Room.objects.filter(is_active=True):
        lane = _lane(str(room.pk), room.name, day, window, clinic.zone)
        lane.open = [Piece(0, lane.rows)]
        _draw_blocks(lane, (row for row in loaded.appointments if row.room_id == room.pk))
        lanes.append(lane)
    return _board(lanes, window, loaded, now)


def load_days(
    user: Person,
    clinic: ClinicProfile,
    therapists: Sequence[Therapist],
    days: Sequence[date],
    now: datetime,
) -> Loaded:
    """Hours, absences and appointments of these therapists on consecutive dates."""
    zone, ids = clinic.zone, [therapist.pk for therapist in therapists]
    start, end = (from_minutes(minute) for minute in real_span(days, zone))
    reach = {"starts_at__gte": start - LONGEST, "starts_at__lt": end, "therapist__in": ids}
    rows = appointments_of(user, now).with_everything().filter(patient__isnull=False, **reach)
    found = list(rows.filter(frees_at__gt=start).order_by("starts_at", "pk"))
    holds = list(holds_of(user, now).with_everything().filter(**reach))
    return Loaded(
        zone=zone,
        hours=open_spans(ids, days, zone),
        away=[*_time_off(ids, start, end), *_closures(days, zone)],
        appointments=[*(row for row in found if row.status in OCCUPYING), *holds],
        gone=[row for row in found if row.status in (Status.CANCELLED, Status.NO_SHOW)],
    )


def _time_off(
    ids: Sequence[int], start: datetime, end: datetime
) -> Iterable[tuple[int | None, Span, str]]:
    rows = TimeOff.objects.filter(therapist__in=ids, starts_at__lt=end, ends_at__gt=start)
    for therapist, starts, ends, note in rows.values_list(
        "therapist", "starts_at", "ends_at", "note"
    ):
        yield therapist, (to_minutes(starts), to_minutes(ends)), note


def _closures(days: Sequence[date], zone: ZoneInfo) -> Iterable[tuple[int | None, Span, str]]:
    rows = Closure.objects.filter(first_day__lte=days[-1], last_day__gte=days[0])
    for closure in rows:
        wall = (0, DAY)
        if closure.starts is not None and closure.ends is not None:
            wall = wall_span(closure.starts, closure.ends)
        for day in days:
            if closure.first_day <= day <= closure.last_day:
                for span in wall_to_minutes(day, wall, zone):
                    yield None, span, closure.name


def _window(loaded: Loaded, days: Sequence[date]) -> Span:
    """The hours of the wall clock to draw: all that is open or taken, and an hour around it."""
    spans = [span for hours in loaded.hours.values() for span in hours]
    spans += [(to_minutes(row.starts_at), to_minutes(row.frees_at)) for row in loaded.appointments]
    taken = Spans.of(spans)
    walls = [
        wall
        for day in days
        for start, end in taken & Spans.of([real_span([day], loaded.zone)])
        for wall in (_wall(start, loaded.zone), _wall(end - 1, loaded.zone) + 1)
    ]
    first, last = (min(walls), max(walls)) if walls else USUAL_DAY
    return max(0, first // HOUR * HOUR - HOUR), min(DAY, -(-last // HOUR) * HOUR + HOUR)


def _wall(minute: int, zone: ZoneInfo) -> int:
    reading = local(minute, zone)
    return reading.hour * HOUR + reading.minute


def _lane(key: str, name: str, day: date, window: Span, zone: ZoneInfo) -> Lane:
    pieces = list(wall_to_minutes(day, window, zone)) or [(0, 0)]
    return Lane(key, name, day, pieces[0][0], pieces[-1][1])


def _draw_hours(
    lane: Lane, hours: Spans, away: Sequence[tuple[int | None, Span, str]], therapist: int
) -> None:
    lane.open = [piece for span in hours if (piece := lane.piece(span))]
    lane.away = [
        piece
        for who, span, text in away
        if who in (None, therapist) and (piece := lane.piece(span, text))
    ]


def _draw_blocks(lane: Lane, rows: Iterable[Appointment]) -> None:
    for row in sorted(rows, key=lambda row: row.starts_at):
        start, end = to_minutes(row.starts_at), to_minutes(row.ends_at)
        piece = lane.piece((start, end))
        if piece is not None:
            after = lane.piece((end, to_minutes(row.frees_at)))
            lane.blocks.append(Block(row, piece.row, piece.rows, after, start))


def _board(lanes: Sequence[Lane], window: Span, loaded: Loaded, now: datetime) -> Board:
    """The hours of the usual lanes stand beside all; a lane of another length has its own."""
    usual = Counter(lane.rows for lane in lanes).most_common(1)
    rows = usual[0][0] if usual else (window[1] - window[0]) // UNIT
    marks: list[Mark] = []
    minute, today = to_minutes(now), now.astimezone(loaded.zone).date()
    for lane in lanes:
        own = _marks(lane, loaded.zone)
        if lane.rows != rows:
            lane.own_marks = own
        elif not marks:
            marks = own
        if lane.day == today and lane.base <= minute < lane.end:
            lane.now = (minute - lane.base) // UNIT
    return Board(lanes, marks, max((lane.rows for lane in lanes), default=rows), loaded.gone)


def _marks(lane: Lane, zone: ZoneInfo) -> list[Mark]:
    return [
        Mark((minute - lane.base) // UNIT, from_minutes(minute))
        for minute in grid_starts(lane.day, HOUR, zone)
        if lane.base <= minute < lane.end
    ]


def week_of(day: date) -> list[date]:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]
