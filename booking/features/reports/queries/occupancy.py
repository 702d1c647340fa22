"""How much of the working time was taken, by therapist and by room.

A therapist's time is their open hours, less time off and closures. A room's time is whenever
anybody works. Turnaround counts as taken: nobody else can have that time either. So a share can
pass 100 %: turnaround may run past closing time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from booking.engine.hours import dates_between
from booking.engine.spans import EMPTY_SPANS, Spans
from booking.features.reports.queries.expressions import (
    PREVIOUS_PERIOD,
    appointments_in_both_periods,
    kept_q,
    minutes_until,
    period_case,
)
from booking.features.reports.queries.period import DateRange, ReportPeriod
from booking.models import Room, Therapist
from booking.queries.availability.schedule_spans import load_open_spans

TakenMinutes = Mapping[tuple[int, int], int]
"""Minutes, by period (0 or PREVIOUS_PERIOD) and by the key of the therapist or room."""
BATCH_DAYS = 180


@dataclass(frozen=True, slots=True)
class Utilization:
    """Taken and open minutes of a therapist or room, now and in the period before."""

    name: str
    taken: int
    open: int
    taken_before: int
    open_before: int

    @property
    def share(self) -> float | None:
        """The share of open minutes that was taken, or None without open minutes."""
        return self.taken / self.open if self.open else None

    @property
    def share_before(self) -> float | None:
        return self.taken_before / self.open_before if self.open_before else None


@dataclass(frozen=True, slots=True)
class OccupancyReport:
    """Therapists and rooms that had open or taken minutes."""

    therapists: list[Utilization]
    rooms: list[Utilization]


@dataclass(frozen=True, slots=True)
class OpenMinutes:
    """Open minutes of each therapist, and minutes in which any therapist works."""

    by_therapist: Mapping[int, int]
    any_therapist: int


def compute_occupancy(period: ReportPeriod) -> OccupancyReport:
    """Compute the occupancy of a period. The number of queries grows with its half-years only."""
    therapists = list(Therapist.objects.values_list("pk", "name"))
    rooms = list(Room.objects.values_list("pk", "name", "is_active"))
    keys = [pk for pk, _name in therapists]
    now, before = count_open_minutes(keys, period), count_open_minutes(keys, period.previous())
    by_therapist, by_room = _taken(period, "therapist"), _taken(period, "room")
    therapist_use = [
        _use(pk, name, by_therapist, now.by_therapist[pk], before.by_therapist[pk])
        for pk, name in therapists
    ]
    room_use = [
        _use(
            pk,
            name,
            by_room,
            now.any_therapist if is_active else 0,
            before.any_therapist if is_active else 0,
        )
        for pk, name, is_active in rooms
    ]
    return OccupancyReport(
        [use for use in therapist_use if _worth(use)], [use for use in room_use if _worth(use)]
    )


def count_open_minutes(therapists: Sequence[int], part: DateRange) -> OpenMinutes:
    """Count open minutes in batches of days, so that years of spans are never in memory."""
    by_therapist, anybody = dict.fromkeys(therapists, 0), 0
    days = dates_between(part.first, part.last)
    for begin in range(0, len(days), BATCH_DAYS):
        spans = load_open_spans(therapists, days[begin : begin + BATCH_DAYS], part.zone)
        union = Spans.of(span for therapist_spans in spans.values() for span in therapist_spans)
        anybody += _length(union)
        for pk in therapists:
            by_therapist[pk] += _length(spans.get(pk, EMPTY_SPANS))
    return OpenMinutes(by_therapist, anybody)


def _taken(period: ReportPeriod, resource: str) -> TakenMinutes:
    rows = (
        appointments_in_both_periods(period)
        .filter(kept_q)
        .values(resource, side=period_case(period))
        .annotate(taken=Sum(minutes_until("blocked_until")))
        .values_list("side", resource, "taken")
    )
    return {(side, pk): taken for side, pk, taken in rows}


def _use(pk: int, name: str, taken: TakenMinutes, now: int, before: int) -> Utilization:
    return Utilization(
        name, taken.get((0, pk), 0), now, taken.get((PREVIOUS_PERIOD, pk), 0), before
    )


def _worth(use: Utilization) -> bool:
    return any((use.taken, use.open, use.taken_before, use.open_before))


def _length(spans: Spans) -> int:
    return sum(end - start for start, end in spans)
