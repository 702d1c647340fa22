"""Random clinics on random days: the engine's slots are those found minute by minute."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from booking.engine.hours import WeeklyRule, WorkingHours
from booking.engine.slots import SessionLength
from tests.booking.engine.brute_force import (
    Closing,
    Pair,
    Worker,
    World,
    minutes_of,
    opened,
    slots,
)
from tests.booking.engine.engine_answers import assert_same_answers, engine_slots, question

ZONES = [
    ZoneInfo(name)
    for name in (
        "America/Chicago",
        "Europe/London",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kathmandu",
    )
]
DAYS = [date(2026, 3, 8), date(2026, 11, 1), date(2026, 3, 29), date(2026, 10, 25)]
DAYS += [
    date(2026, 4, 4),
    date(2026, 9, 6),
    date(2026, 10, 4),
    date(2028, 2, 29),
    date(2026, 12, 31),
]

GRIDS = [5, 7, 10, 15, 20, 30, 45, 60, 90]
walls = st.integers(0, 288).map(lambda fives: fives * 5) | st.integers(0, 1440)
wall_spans = st.tuples(walls, walls).map(lambda pair: (min(pair), max(pair)))
sessions = st.builds(
    SessionLength, st.sampled_from([10, 25, 30, 45, 60, 90]), st.sampled_from([0, 5, 10, 15, 30])
)
sessions_or_none = sessions | st.none()
zones, near_days, grids = st.sampled_from(ZONES), st.sampled_from(DAYS), st.sampled_from(GRIDS)
zero_or_one, one_to_three = st.integers(0, 1), st.integers(1, 3)
orders = st.permutations([1, 2, 3])
several = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking a whole clinic takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# Built once for each number of days: Hypothesis checks every new strategy, which takes longer than
# to draw from it. Days are numbers here, and minutes are counted from the first day's midnight.


@cache
def rules(days: int) -> st.SearchStrategy[list[tuple[int, Pair, int | None, int | None]]]:
    """Weekly rules: a day, a span, and the first and last day on which it is valid."""
    day = st.integers(0, days - 1)
    bound = st.none() | st.none() | day
    rule = st.tuples(day, wall_spans | st.just((0, 1440)), bound, bound)
    return st.lists(rule, min_size=1, max_size=6)


@cache
def exceptions(days: int) -> st.SearchStrategy[dict[int, list[Pair]]]:
    return st.dictionaries(st.integers(0, days - 1), st.lists(wall_spans, max_size=2), max_size=1)


@cache
def pairs(days: int, greatest: int, earlier: int = 0) -> st.SearchStrategy[list[Pair]]:
    """Starts and lengths of real spans, also overlapping ones, on a grid of five minutes mostly."""
    last = days * 1440
    starts = st.integers(-earlier, last) | st.integers(-earlier // 5, last // 5).map(
        lambda n: n * 5
    )
    return st.lists(st.tuples(starts, st.integers(1, greatest)), max_size=4)


@cache
def room_pairs(days: int) -> st.SearchStrategy[dict[int, list[Pair]]]:
    return st.dictionaries(st.integers(1, 3), pairs(days, 900), max_size=3)


@cache
def windows(days: int) -> st.SearchStrategy[Pair | None]:
    """Where a window begins and ends, or None for the whole of the days."""
    last = days * 1440
    return st.none() | st.tuples(st.integers(-90, last), st.integers(0, last + 90))


@cache
def closings(days: int) -> st.SearchStrategy[list[tuple[int, Pair]]]:
    return st.lists(st.tuples(st.integers(0, days - 1), wall_spans), max_size=1)


def hours(draw: st.DrawFn, days: list[date]) -> WorkingHours:
    """A pattern that is mostly open, some rules with dates of validity, some exceptions."""
    weekly = [
        WeeklyRule(
            days[day].weekday(),
            *span,
            None if since is None else days[since],
            None if until is None else days[until],
        )
        for day, span, since, until in draw(rules(len(days)))
    ]
    closed = {days[day]: spans for day, spans in draw(exceptions(len(days))).items()}
    return WorkingHours(weekly, closed)


def real(begin: int, found: list[Pair]) -> list[Pair]:
    """Spans of UTC minutes from starts and lengths."""
    return [(begin + start, begin + start + length) for start, length in found]


@st.composite
def worlds(draw: st.DrawFn, *, avoid_gaps: bool = False) -> World:
    """A clinic with one to three therapists and up to three rooms, on one to three days."""
    zone = draw(zones)
    first = draw(near_days) - timedelta(days=draw(zero_or_one))
    days = [first + timedelta(days=n) for n in range(draw(one_to_three))]
    begin, end = minutes_of(days[0], zone)[0], minutes_of(days[-1], zone)[-1]
    workers = {
        number: Worker(
            hours(draw, days),
            real(begin, draw(pairs(len(days), 400, 60))),
            real(begin, draw(pairs(len(days), 120, 60))),
            draw(sessions_or_none) if avoid_gaps else None,
        )
        for number in draw(orders)[: draw(one_to_three)]
    }
    rooms = {key: real(begin, found) for key, found in draw(room_pairs(len(days))).items()}
    window = draw(windows(len(days)))
    return World(
        zone=zone,
        days=days,
        workers=workers,
        rooms=rooms or {1: []},
        session=draw(sessions),
        grid=draw(grids),
        window=(begin, end + 1) if window is None else (begin + window[0], begin + window[1]),
        closings=[
            Closing(days[day], days[day] + timedelta(days=1), *span)
            for day, span in draw(closings(len(days)))
        ],
        avoid_gaps=avoid_gaps,
    )


@given(worlds())
@several
def test_hours_and_slots_are_those_found_minute_by_minute(world: World) -> None:
    assert_same_answers(world)


@given(worlds(avoid_gaps=True))
@several
def test_slots_without_gaps_are_those_found_minute_by_minute(world: World) -> None:
    assert_same_answers(world)


@given(worlds(avoid_gaps=True))
@settings(several, max_examples=20)
def test_the_gap_rule_only_removes_starts(world: World) -> None:
    plain = {start: set(able) for start, able in engine_slots(_without_rule(world))}
    ruled = engine_slots(world)
    assert [start for start, able in ruled if not set(able) <= plain.get(start, set())] == []


@given(worlds())
@settings(several, max_examples=20)
def test_any_therapist_is_the_union_of_each_ones_slots(world: World) -> None:
    alone = {
        (start, key)
        for key, worker in world.workers.items()
        for start, _ in engine_slots(_with_workers(world, {key: worker}))
    }
    assert {(start, key) for start, able in engine_slots(world) for key in able} == alone


@given(worlds())
@settings(several, max_examples=20)
def test_slots_are_in_real_order_and_each_start_comes_once(world: World) -> None:
    starts = [start for start, _ in engine_slots(world)]
    assert starts == sorted(set(starts))
    assert list(question(world).grid) == sorted(set(question(world).grid))


def test_the_brute_force_detects_a_difference_of_one_minute() -> None:
    """It would prove little if it agreed with everything: one minute more is seen."""
    day, zone = date(2026, 11, 2), ZONES[0]
    workers = {1: Worker(WorkingHours((), {day: [(540, 660)]}))}
    world = World(zone, [day], workers, {1: []}, SessionLength(60), grid=60)
    nine = minutes_of(day, zone)[540]
    assert slots(world, opened(world)) == [(nine, (1,)), (nine + 60, (1,))]
    one_minute_taken = {1: [(nine + 119, nine + 120)]}
    assert slots(replace(world, rooms=one_minute_taken), opened(world)) == [(nine, (1,))]


def _without_rule(world: World) -> World:
    return replace(world, avoid_gaps=False)


def _with_workers(world: World, workers: dict[int, Worker]) -> World:
    return replace(world, workers=workers)
