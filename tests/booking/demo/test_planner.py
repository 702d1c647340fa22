"""The plan of a demo: no database, no overlap by construction."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from booking.demo.loading import date_ranges_around
from booking.demo.planner import (
    PlannedAppointment,
    TherapistOption,
    TherapistPlan,
    plan_appointments,
)
from booking.engine.slots import SessionLength
from booking.engine.spans import Spans
from booking.lifecycle import OCCUPYING_STATUSES

HOUR = 60


def worker(therapist: int, rooms: list[int], *spans: tuple[int, int]) -> TherapistPlan:
    choices = [
        TherapistOption(option, SessionLength(minutes, 10), Decimal(85), rooms, 1.0)
        for option, minutes in enumerate((30, 60, 90))
    ]
    return TherapistPlan(therapist, Spans.of(spans), choices)


def test_planned_appointments_never_overlap_and_are_within_the_hours() -> None:
    workers = [
        worker(n, [1, 2, 3], (9 * HOUR, 13 * HOUR), (14 * HOUR, 24 * HOUR)) for n in range(5)
    ]
    found = list(
        plan_appointments(
            workers,
            until=24 * HOUR,
            grid=range(0, 24 * HOUR, 15),
            now=12 * HOUR,
            occupancy=lambda _start: 0.95,
            rng=Random(3),
        )
    )

    occupying = [planned for planned in found if planned.status in OCCUPYING_STATUSES]
    assert len(occupying) > 15
    for resource in ("therapist", "room"):
        _assert_apart(occupying, resource)
    for planned in found:
        assert planned.start % 15 == 0
        assert planned.blocked_until <= 24 * HOUR
        assert Spans.of([(9 * HOUR, 13 * HOUR), (14 * HOUR, 24 * HOUR)]).covers(
            planned.start, planned.end
        )


def _assert_apart(found: list[PlannedAppointment], resource: str) -> None:
    free_from: Counter[int] = Counter()
    for planned in sorted(found, key=lambda planned: planned.start):
        key = getattr(planned, resource)
        assert free_from[key] <= planned.start
        free_from[key] = planned.blocked_until


def test_the_weeks_around_today_are_planned_first() -> None:
    today = date(2026, 11, 23)
    found = list(date_ranges_around(today, 60, unlimited=False))
    days = [
        first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)
    ]

    assert found[0][0] == today
    assert found[1][1] == today - timedelta(days=1)
    assert len(days) == len(set(days)) == 63 + 61
    assert (min(days) - today).days == -63
    assert (max(days) - today).days == 60
