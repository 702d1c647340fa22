"""How much of the working time was taken, by therapist and by room.

A therapist's time is their open hours, less time off and closures. A room's time is whenever
anybody works. Turnaround counts as taken: nobody else can have that time either. So a share can
pass 100 %: turnaround may run past closing time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from booking.engine.hours import dates
from booking.engine.spans import NOTHING, Spans
from booking.features.reports.queries.expressions import (
    BEFORE,
    is_kept,
    minutes_of,
    rows_of_both,
    side_of,
)
from booking.features.reports.queries.period import Period, Piece
from booking.models import Room, Therapist
from booking.queries.availability.schedule_spans import open_spans

Taken = Mapping[tuple[int, int], int]
"""Minutes, by side (BEFORE or 0) and by the key of the therapist or room."""
STRETCH_DAYS = 180


@dataclass(frozen=True, slots=True)
class Use:
    """How many minutes of how many were taken; and in the period before."""

    name: str
    taken: int
    open: int
    taken_before: int
    open_before: int

    @property
    def share(self) -> float | None:
        """None where there was no time to take."""
        return self.taken / self.open if self.open else None

    @property
    def share_before(self) -> float | None:
        return self.taken_before / self.open_before if self.open_before else None


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Whoever or whatever had time open, or was taken, in list order."""

    therapists: list[Use]
    rooms: list[Use]


@dataclass(frozen=True, slots=True)
class Open:
    """Open minutes of each therapist, and of all together: the time in which anybody works."""

    by_therapist: Mapping[int, int]
    anybody: int


def occupancy(period: Period) -> Occupancy:
    """A number of queries that grows with the half-years of the period, and nothing else."""
    therapists = list(Therapist.objects.values_list("pk", "name"))
    rooms = list(Room.objects.values_list("pk", "name", "is_active"))
    keys = [pk for pk, _name in therapists]
    now, before = open_minutes(keys, period), open_minutes(keys, period.before())
    by_therapist, by_room = _taken(period, "therapist"), _taken(period, "room")
    people = [
        _use(pk, name, by_therapist, now.by_therapist[pk], before.by_therapist[pk])
        for pk, name in therapists
    ]
    places = [
        _use(pk, name, by_room, now.anybody if used else 0, before.anybody if used else 0)
        for pk, name, used in rooms
    ]
    return Occupancy([use for use in people if _worth(use)], [use for use in places if _worth(use)])


def open_minutes(therapists: Sequence[int], piece: Piece) -> Open:
    """Counted stretch by stretch, so that years of spans are never in memory at once."""
    each, anybody = dict.fromkeys(therapists, 0), 0
    days = dates(piece.first, piece.last)
    for begin in range(0, len(days), STRETCH_DAYS):
        spans = open_spans(therapists, days[begin : begin + STRETCH_DAYS], piece.zone)
        union = Spans.of(pair for own in spans.values() for pair in own)
        anybody += _length(union)
        for pk in therapists:
            each[pk] += _length(spans.get(pk, NOTHING))
    return Open(each, anybody)


def _taken(period: Period, resource: str) -> Taken:
    rows = (
        rows_of_both(period)
        .filter(is_kept)
        .values(resource, side=side_of(period))
        .annotate(taken=Sum(minutes_of("frees_at")))
        .values_list("side", resource, "taken")
    )
    return {(side, pk): taken for side, pk, taken in rows}


def _use(pk: int, name: str, taken: Taken, now: int, before: int) -> Use:
    return Use(name, taken.get((0, pk), 0), now, taken.get((BEFORE, pk), 0), before)


def _worth(use: Use) -> bool:
    return any((use.taken, use.open, use.taken_before, use.open_before))


def _length(spans: Spans) -> int:
    return sum(end - start for start, end in spans)
