"""A brute-force reference for the engine: it tests every single minute.

Nothing here uses the engine's algorithms, only its input dataclasses. A minute's wall-clock
reading comes from `datetime.astimezone`; sets of minutes are Python sets of ints.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from booking.engine.hours import WorkingHours
from booking.engine.slots import SessionLength

Minutes = frozenset[int]
Pair = tuple[int, int]
Answer = tuple[int, tuple[int, ...]]

AMPLE = 180
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Closing:
    """A closure of the whole clinic between two wall-clock times on each of these dates."""

    first: date
    last: date
    start: int = 0
    end: int = 1440


@dataclass(frozen=True)
class Worker:
    """A therapist: working hours, and time off and appointments in UTC minutes."""

    hours: WorkingHours
    away: Sequence[Pair] = ()
    busy: Sequence[Pair] = ()
    shortest: SessionLength | None = None


@dataclass(frozen=True)
class World:
    """Everything that slots depend on, as plain values."""

    zone: ZoneInfo
    days: Sequence[date]
    workers: Mapping[int, Worker]
    rooms: Mapping[int, Sequence[Pair]]
    session: SessionLength
    grid: int = 15
    window: Pair = (-(10**9), 10**9)
    closings: Sequence[Closing] = ()
    avoid_gaps: bool = False

    @property
    def known_days(self) -> list[date]:
        """The dates asked about, and one more on either side."""
        one = timedelta(days=1)
        return [self.days[0] - one, *self.days, self.days[-1] + one]


@cache
def reading(minute: int, zone: ZoneInfo) -> tuple[date, int]:
    """Return the wall-clock reading of a minute: the date, and minutes since 00:00."""
    wall = (EPOCH + timedelta(minutes=minute)).astimezone(zone)
    return wall.date(), wall.hour * 60 + wall.minute


@cache
def minutes_of(day: date, zone: ZoneInfo) -> tuple[int, ...]:
    """Return every UTC minute whose wall-clock reading is on that date, in order.

    Looked for from 15 hours before the date is UTC's until 15 hours after: zones lie within.
    """
    midnight = (day - date(1970, 1, 1)).days * 1440
    return tuple(m for m in range(midnight - 900, midnight + 2340) if reading(m, zone)[0] == day)


@cache
def walls_of(day: date, zone: ZoneInfo) -> tuple[Pair, ...]:
    """Return every UTC minute of a date with its reading, in minutes since 00:00."""
    return tuple((minute, reading(minute, zone)[1]) for minute in minutes_of(day, zone))


@cache
def offset_changes(zone: ZoneInfo, first_year: int, last_year: int) -> list[tuple[date, date]]:
    """Return the local dates just before and after each change of the clocks.

    Days of UTC that begin and end with the same offset are passed over.
    """
    changes = []
    for day in range((date(last_year + 1, 1, 1) - date(first_year, 1, 1)).days):
        midnight = datetime(first_year, 1, 1, tzinfo=UTC) + timedelta(days=day)
        hours = [(midnight + timedelta(hours=hour)).astimezone(zone) for hour in (0, 24)]
        if hours[0].utcoffset() != hours[1].utcoffset():
            hours = [(midnight + timedelta(hours=hour)).astimezone(zone) for hour in range(25)]
            changes += [
                (before.date(), after.date())
                for before, after in pairwise(hours)
                if before.utcoffset() != after.utcoffset()
            ]
    return changes


def open_walls(day: date, hours: WorkingHours) -> set[int]:
    """Return the readings of a date at which the rules say that a therapist works."""
    spans = hours.exceptions.get(day)
    if spans is None:
        spans = [
            (rule.start, rule.end)
            for rule in hours.weekly
            if rule.weekday == day.weekday()
            and (rule.valid_from or date.min) <= day <= (rule.valid_until or date.max)
        ]
    return {wall for start, end in spans for wall in range(start, end)}


def opened(world: World) -> dict[int, Minutes]:
    """Return the minutes at which each therapist works, without time off and closures."""
    return {key: _open_minutes(worker, world) for key, worker in world.workers.items()}


def _open_minutes(worker: Worker, world: World) -> Minutes:
    away = expand(worker.away)
    return frozenset(
        minute
        for day in world.known_days
        for walls in (open_walls(day, worker.hours) - _closed_walls(day, world.closings),)
        for minute, wall in walls_of(day, world.zone)
        if wall in walls and minute not in away
    )


def _closed_walls(day: date, closings: Iterable[Closing]) -> set[int]:
    return {
        wall
        for closing in closings
        if closing.first <= day <= closing.last
        for wall in range(closing.start, closing.end)
    }


def expand(pairs: Iterable[Pair]) -> Minutes:
    """The minutes of half-open pairs."""
    return frozenset(minute for start, end in pairs for minute in range(start, end))


def slots(world: World, opened: Mapping[int, Minutes]) -> list[Answer]:
    """Return every bookable start, with the therapists who are free."""
    taken = {key: expand(worker.busy) for key, worker in world.workers.items()}
    rooms = [expand(busy) for busy in world.rooms.values()]
    found = []
    for start in _grid(world):
        treatment = range(start, start + world.session.minutes)
        whole = range(start, start + world.session.minutes + world.session.turnaround)
        if not any(room.isdisjoint(whole) for room in rooms):
            continue
        able = tuple(
            key
            for key, worker in world.workers.items()
            if opened[key].issuperset(treatment)
            and taken[key].isdisjoint(whole)
            and not (
                world.avoid_gaps
                and worker.shortest
                and leaves_a_gap(whole, opened[key], taken[key], worker.shortest)
            )
        )
        if able:
            found.append((start, able))
    return found


def _grid(world: World) -> Iterator[int]:
    for day in world.days:
        for minute, wall in walls_of(day, world.zone):
            if wall % world.grid == 0 and world.window[0] <= minute < world.window[1]:
                yield minute


def leaves_a_gap(booking: range, opened: Minutes, taken: Minutes, shortest: SessionLength) -> bool:
    """Whether the booking leaves an idle piece that is too short to be booked."""
    nearby = range(booking.start - 2 * AMPLE, booking.stop + 2 * AMPLE)
    after = taken.intersection(nearby).union(booking)
    return any(not can_hold(rest, after, shortest) for rest in rests(booking, opened, taken))


def rests(booking: range, opened: Minutes, taken: Minutes) -> list[range]:
    """Return the idle pieces left before and after a booking.

    At most AMPLE minutes of each are looked at: more than any session needs.
    """

    def idle(minute: int) -> bool:
        return minute in opened and minute not in taken

    first, last = booking.start, booking.stop
    while booking.start - first < AMPLE and idle(first - 1):
        first -= 1
    while last - booking.stop < AMPLE and idle(booking.stop - 1) and idle(last):
        last += 1
    around = (range(first, booking.start), range(booking.stop, last))
    return [piece for piece in around if piece]


def can_hold(piece: range, taken: Minutes, shortest: SessionLength) -> bool:
    """Whether the shortest session can begin anywhere in an idle piece, tried minute by minute.

    Where the piece ends at closing time the minutes must fit, and turnaround may run past it;
    where it ends at an appointment the turnaround must fit too.
    """
    whole = shortest.minutes + shortest.turnaround
    return any(
        start + shortest.minutes <= piece.stop and taken.isdisjoint(range(start, start + whole))
        for start in piece
    )
