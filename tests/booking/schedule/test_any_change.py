"""After any change of hours and any resolution: nothing lies outside the hours without override,
nobody is booked twice, and hours are what the preview said they would be."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from booking.actions.schedule.change_schedule import change_schedule
from booking.engine.hours import dates_between
from booking.errors import UnresolvedConflicts
from booking.inputs import (
    ClosureChange,
    DateExceptionChange,
    NewClosure,
    Resolution,
    ResolutionAction,
    ScheduleChange,
    TimeOffChange,
    WallClockSpan,
    WeeklyHoursChange,
)
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    Closure,
    DateException,
    DateExceptionSpan,
    TimeOff,
    WeeklyHours,
)
from booking.queries.availability.proposals import Proposal, find_proposals
from booking.queries.availability.schedule_spans import load_open_spans, load_schedule_layers
from booking.queries.schedule.changed_hours import apply_change
from booking.queries.schedule.impact import ScheduleImpact, find_impact
from booking.queries.schedule.weekly_patterns import (
    current_and_planned_periods,
    pattern_periods,
    with_planned_end,
)
from clinic.lib.dates import clock
from tests.booking.schedule.schedule_changes import (
    CHICAGO,
    STAFF,
    Scene,
    booked,
    faults,
    make_clinic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def seeds(*numbers: int) -> Any:
    """Give a test each seed; on PostgreSQL the first three, whose SQL is that of the others."""
    marks = {number: [pytest.mark.postgresql] for number in numbers[:3]}
    return pytest.mark.parametrize(
        "seed", [pytest.param(number, marks=marks.get(number, [])) for number in numbers]
    )


# Around the day on which the clocks of Chicago are put forward, 2 to 3 in the night.
DAYS = dates_between(date(2027, 3, 9), date(2027, 3, 19))
Proposals = Mapping[int, Sequence[Proposal]]


def some_spans(rng: Random) -> tuple[WallClockSpan, ...]:
    """None, one or two spans of a day, perhaps up to midnight."""
    marks = sorted(rng.sample(range(25), rng.choice([0, 2, 4])))
    pairs = zip(marks[::2], marks[1::2], strict=True)
    return tuple((time(begin), time(end % 24)) for begin, end in pairs)


def some_change(scene: Scene, rng: Random) -> ScheduleChange:
    who, day = rng.choice(scene.therapists).pk, rng.choice(DAYS)
    match rng.randrange(4):
        case 0:
            days = [(weekday, span) for weekday in range(7) for span in some_spans(rng)]
            week = WeeklyHoursChange(who, day, tuple((weekday, *span) for weekday, span in days))
            return with_planned_end(week)
        case 1:
            return DateExceptionChange(who, day, rng.choice([None, some_spans(rng)]))
        case 2:
            begins = datetime(day.year, day.month, day.day, rng.randrange(24), tzinfo=CHICAGO)
            span = (begins, begins + timedelta(hours=rng.randrange(1, 40)))
            again = tuple(moment + timedelta(weeks=1) for moment in span)
            return TimeOffChange(who, ((span[0], span[1]), (again[0], again[1])))
        case _:
            closing = NewClosure(f"Closed {rng.random()}", day, day + timedelta(days=1))
            return ClosureChange((closing,))


def all_first(impact: ScheduleImpact, proposals: Proposals) -> dict[int, Resolution]:
    """The first proposal of everybody; whoever has none is cancelled."""
    return {
        row.pk: taking(row, next(iter(proposals.get(row.pk, ())), None)) for row in impact.affected
    }


def taking(row: Appointment, place: Proposal | None) -> Resolution:
    if place is None:
        return Resolution(ResolutionAction.CANCEL, row.sequence)
    return Resolution(ResolutionAction.MOVE, row.sequence, place.starts_at, place.therapist.slug)


def at_random(impact: ScheduleImpact, proposals: Proposals, rng: Random) -> dict[int, Resolution]:
    return {
        row.pk: rng.choice(
            [
                Resolution(ResolutionAction.KEEP, row.sequence),
                Resolution(ResolutionAction.CANCEL, row.sequence),
                *(taking(row, place) for place in proposals.get(row.pk, ())),
            ]
        )
        for row in impact.affected
    }


def everything() -> list[object]:
    """All that a change could have written."""
    tables = (WeeklyHours, DateException, DateExceptionSpan, TimeOff, Closure)
    rows = Appointment.objects.order_by("pk")
    return [
        *(list(table.objects.order_by("pk").values()) for table in tables),
        list(rows.values_list("pk", "status", "starts_at", "therapist", "override")),
    ]


def fill(scene: Scene, rng: Random) -> None:
    """Appointments on the grid, within the hours of 9 to 17, none over another."""
    for place in range(len(scene.therapists)):
        for day in DAYS:
            for hour in (9, 11, 14):
                if rng.random() < 0.3:
                    start = datetime(day.year, day.month, day.day, hour, tzinfo=CHICAGO)
                    booked(scene, start, place=place, room=place, any_therapist=rng.random() < 0.5)


@seeds(*range(12))
def test_after_any_resolved_change_there_are_no_findings(seed: int) -> None:
    rng = Random(seed)
    scene = make_clinic(therapists=3, rooms=3, avoid_gaps=seed % 3 == 0)
    fill(scene, rng)
    assert faults() == []
    for _round in range(5):
        change = some_change(scene, rng)
        now = clock.now()
        impact = find_impact(change, scene.clinic, now)
        proposals = find_proposals(impact.affected, change, scene.clinic, now)
        people = [therapist.pk for therapist in scene.therapists]
        layers = apply_change(load_schedule_layers(people, DAYS, CHICAGO), change, DAYS, CHICAGO)
        foretold = layers.open_spans(people, DAYS, CHICAGO)
        before = everything()
        try:
            chosen = at_random(impact, proposals, rng)
            change_schedule(change, resolutions=chosen, by=STAFF)
        except UnresolvedConflicts:
            assert everything() == before
            chosen = all_first(impact, proposals)
            change_schedule(change, resolutions=chosen, by=STAFF)

        assert load_open_spans(people, DAYS, CHICAGO) == foretold
        assert faults() == []
    statuses = set(Appointment.objects.values_list("status", flat=True))
    assert statuses <= {Status.BOOKED, Status.CANCELLED}


@seeds(*range(12, 18))
def test_all_first_proposals_can_be_taken_together(seed: int) -> None:
    rng = Random(seed)
    scene = make_clinic(therapists=3, rooms=2 if seed % 2 else 3)
    for day in DAYS[:5]:
        for place in range(2):
            start = datetime(day.year, day.month, day.day, 9 + 2 * place, tzinfo=CHICAGO)
            booked(scene, start, place=place, room=place, any_therapist=rng.random() < 0.5)
    change = ClosureChange((NewClosure("Flood", DAYS[0], DAYS[2]),))
    impact = find_impact(change, scene.clinic, clock.now())
    proposals = find_proposals(impact.affected, change, scene.clinic, clock.now())
    made = change_schedule(change, resolutions=all_first(impact, proposals), by=STAFF)

    assert made == {ResolutionAction.MOVE: len(impact.affected)}
    assert len(impact.affected) == 6
    assert faults() == []


@seeds(*range(6))
def test_periods_match_the_rows(seed: int) -> None:
    rng = Random(seed)
    scene = make_clinic()
    therapist = scene.therapists[0]
    for _ in range(4):
        week = tuple((day, *span) for day in range(7) for span in some_spans(rng))
        first = rng.choice(DAYS)
        change_schedule(WeeklyHoursChange(therapist.pk, first, week), resolutions={}, by=STAFF)
    periods = pattern_periods(therapist.pk)

    assert (periods[0].first, periods[-1].last) == (None, None)
    for before, after in pairwise(periods):
        assert before.last is not None
        assert after.first == before.last + timedelta(days=1)
        assert before.week != after.week
    for day in DAYS:
        own = [period for period in periods if period.includes_day(day)]
        rows = WeeklyHours.objects.filter(therapist=therapist, weekday=day.weekday())
        found = {
            (row.starts, row.ends)
            for row in rows
            if (row.valid_from or day) <= day <= (row.valid_until or day)
        }
        assert len(own) == 1
        assert {(s, e) for weekday, s, e in own[0].week if weekday == day.weekday()} == found
    assert current_and_planned_periods(periods, DAYS[-1])[-1] == periods[-1]
