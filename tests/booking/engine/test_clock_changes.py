"""Hours and slots through every change of the clocks from 2026 to 2030, in five zones."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.engine.hours import (
    WeeklyRule,
    WorkingHours,
    first_utc_minute_at,
    to_local_datetime,
    utc_minute_until,
)
from booking.engine.slots import SessionLength
from tests.booking.engine.brute_force import (
    Closing,
    Worker,
    World,
    minutes_of,
    offset_changes,
    reading,
)
from tests.booking.engine.engine_answers import assert_same_answers, engine_slots

CHICAGO, LONDON = ZoneInfo("America/Chicago"), ZoneInfo("Europe/London")
LORD_HOWE, SANTIAGO = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Santiago")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
CHANGING = [CHICAGO, LONDON, LORD_HOWE, SANTIAGO]
YEARS = range(2026, 2031)

GRIDS = [5, 15, 20, 30, 45, 60]
HOUR = SessionLength(60, 10)
ONE = timedelta(days=1)
ROUND_THE_CLOCK = [WeeklyRule(weekday, 0, 1440) for weekday in range(7)]

Case = tuple[ZoneInfo, list[date]]


def cases() -> list[Case]:
    """Each change with the day before and the day after; for Kathmandu some days of each year."""
    found = [
        (zone, _dates(before - ONE, after + ONE))
        for zone in CHANGING
        for before, after in offset_changes(zone, YEARS[0], YEARS[-1])
    ]
    fixed = [date(year, month, day) for year in YEARS for month, day in ((3, 8), (10, 25))]
    return found + [(KATHMANDU, _dates(day - ONE, day + ONE)) for day in fixed]


def _dates(first: date, last: date) -> list[date]:
    return [first + ONE * n for n in range((last - first).days + 1)]


def _name(case: Case) -> str:
    return f"{case[0].key} {case[1][1]}"


every_change = pytest.mark.parametrize("case", cases(), ids=_name)


def clock_change(case: Case) -> int:
    """The first minute that does not read one more than the minute before it, or 02:00."""
    zone, days = case
    minutes = [minute for day in days for minute in minutes_of(day, zone)]
    walls = [reading(minute, zone)[1] for minute in minutes]
    jumps = (
        m for m, a, b in zip(minutes[1:], walls, walls[1:], strict=False) if (b - a) % 1440 != 1
    )
    return next(jumps, minutes_of(days[1], zone)[120])


def night_clinic(case: Case, *, grid: int, avoid_gaps: bool = False) -> World:
    """A clinic that works at the hours at which clocks change, with time taken all around them."""
    zone, days = case
    change = clock_change(case)
    nights = [
        WeeklyRule(weekday, *span)
        for weekday in range(7)
        for span in ((0, 55), (85, 195), (1330, 1440))
    ]
    exceptions = {days[1]: [(30, 150), (150, 400)], days[-1]: []}
    shortest = SessionLength(30, 10)
    return World(
        zone=zone,
        days=days,
        workers={
            4: Worker(WorkingHours(ROUND_THE_CLOCK), (), [(change + 130, change + 215)], shortest),
            2: Worker(WorkingHours(nights), [(change - 40, change + 5)], (), shortest),
            3: Worker(
                WorkingHours(ROUND_THE_CLOCK, exceptions), (), [(change + 95, change + 96)], None
            ),
        },
        rooms={1: [(change - 300, change + 70)], 2: [(change + 60, change + 260)]},
        session=HOUR,
        grid=grid,
        closings=[Closing(days[-1], days[-1], 100, 165)],
        avoid_gaps=avoid_gaps,
    )


def always_open(case: Case, grid: int) -> World:
    zone, days = case
    return World(zone, days, {1: Worker(WorkingHours(ROUND_THE_CLOCK))}, {1: []}, HOUR, grid)


def times_it_comes(day: date, wall: int, zone: ZoneInfo) -> int:
    """How often a clock shows a reading on a date: 0, 1 or 2 times (PEP 495)."""
    first = datetime(day.year, day.month, day.day, wall // 60, wall % 60, tzinfo=zone)
    real = {first.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    naive = first.replace(tzinfo=None)
    return sum(moment.astimezone(zone).replace(tzinfo=None) == naive for moment in real)


def offered(
    zone: ZoneInfo, day: date, span: tuple[int, int], session: SessionLength, grid: int
) -> list[str]:
    """The starts on a date with only this wall-clock span of work, as read on the wall."""
    workers = {1: Worker(WorkingHours((), {day: [span]}))}
    world = World(zone, [day], workers, {1: []}, session, grid)
    return [to_local_datetime(start, zone).strftime("%H:%M%z") for start, _ in engine_slots(world)]


def test_every_zone_changes_its_clocks_twice_a_year_but_kathmandu() -> None:
    counted = {
        zone.key: Counter(after.year for _, after in offset_changes(zone, YEARS[0], YEARS[-1]))
        for zone in [*CHANGING, KATHMANDU]
    }
    twice = dict.fromkeys(YEARS, 2)
    assert counted == {zone.key: twice for zone in CHANGING} | {KATHMANDU.key: {}}


@every_change
def test_hours_and_slots_are_those_found_minute_by_minute(case: Case) -> None:
    assert_same_answers(night_clinic(case, grid=5), *GRIDS)


@every_change
def test_slots_without_gaps_are_those_found_minute_by_minute(case: Case) -> None:
    assert_same_answers(night_clinic(case, grid=15, avoid_gaps=True), 30, 45, 60)


@every_change
def test_a_local_time_is_offered_once_for_each_instant(case: Case) -> None:
    """Never in a skipped hour, twice in a repeated one, and once at all other times."""
    zone, days = case
    shown = {
        (day, wall): times_it_comes(day, wall, zone) for day in days for wall in range(0, 1440, 5)
    }
    for grid in GRIDS:
        read = [
            to_local_datetime(start, zone) for start, _ in engine_slots(always_open(case, grid))
        ]
        counted = Counter((moment.date(), moment.hour * 60 + moment.minute) for moment in read)
        assert counted == {key: n for key, n in shown.items() if n and key[1] % grid == 0}


@every_change
def test_sixty_minutes_are_sixty_real_minutes(case: Case) -> None:
    """With no work but one real hour from each minute in turn, that minute alone is offered."""
    zone, days = case
    minutes = minutes_of(days[1], zone)[: 5 * 60 : 15] + minutes_of(days[1], zone)[-120::15]
    for start in minutes:
        away = [(start - 9000, start), (start + 60, start + 9000)]
        world = World(
            zone,
            days,
            {1: Worker(WorkingHours(ROUND_THE_CLOCK), away)},
            {1: []},
            SessionLength(60),
            grid=5,
        )
        assert engine_slots(world) == [(start, (1,))]


def test_a_session_runs_on_over_a_skipped_hour() -> None:
    found = offered(CHICAGO, date(2026, 3, 8), (60, 240), SessionLength(60), 30)
    assert found == ["01:00-0600", "01:30-0600", "03:00-0500"]


def test_work_that_lies_in_the_skipped_hour_offers_nothing() -> None:
    assert offered(CHICAGO, date(2026, 3, 8), (120, 180), SessionLength(10), 5) == []
    assert offered(LONDON, date(2026, 3, 29), (60, 120), SessionLength(10), 5) == []
    assert offered(LORD_HOWE, date(2026, 10, 4), (120, 150), SessionLength(10), 5) == []
    assert offered(SANTIAGO, date(2026, 9, 6), (0, 60), SessionLength(10), 5) == []


def test_both_instances_of_a_repeated_hour_are_offered() -> None:
    found = offered(CHICAGO, date(2026, 11, 1), (60, 120), SessionLength(60), 30)
    assert found == ["01:00-0500", "01:30-0500", "01:00-0600"]
    found = offered(LONDON, date(2026, 10, 25), (60, 120), SessionLength(60), 60)
    assert found == ["01:00+0100", "01:00+0000"]


def test_half_an_hour_is_skipped_or_repeated_on_lord_howe() -> None:
    found = offered(LORD_HOWE, date(2026, 10, 4), (90, 210), SessionLength(60), 15)
    assert found == ["01:30+1030", "01:45+1030", "02:30+1100"]
    found = offered(LORD_HOWE, date(2026, 4, 5), (60, 120), SessionLength(30), 30)
    assert found == ["01:00+1100", "01:30+1100", "01:30+1030"]


def test_the_last_hour_before_midnight_is_repeated_in_santiago() -> None:
    found = offered(SANTIAGO, date(2026, 4, 4), (1380, 1440), SessionLength(60), 30)
    assert found == ["23:00-0300", "23:30-0300", "23:00-0400"]


def test_a_session_crosses_the_skipped_midnight_of_santiago() -> None:
    evening, day = date(2026, 9, 5), date(2026, 9, 6)
    workers = {1: Worker(WorkingHours((), {evening: [(1380, 1440)], day: [(0, 120)]}))}
    world = World(SANTIAGO, [evening, day], workers, {1: []}, SessionLength(60), grid=30)
    found = [
        to_local_datetime(start, SANTIAGO).strftime("%d %H:%M") for start, _ in engine_slots(world)
    ]
    assert found == ["05 23:00", "05 23:30", "06 01:00"]


def test_the_grid_of_a_zone_off_by_a_quarter_of_an_hour_is_that_of_its_own_clock() -> None:
    found = offered(KATHMANDU, date(2026, 3, 8), (540, 700), SessionLength(60), 45)
    assert found == ["09:00+0545", "09:45+0545", "10:30+0545"]


@pytest.mark.parametrize(
    ("day", "wall", "first", "until"),
    [
        (date(2026, 3, 7), 150, "02:30-0600", "02:30-0600"),
        (date(2026, 3, 8), 150, None, None),  # skipped
        (date(2026, 3, 8), 120, None, "03:00-0500"),  # two o'clock is three o'clock
        (date(2026, 3, 8), 180, "03:00-0500", "03:00-0500"),
        (date(2026, 11, 1), 90, "01:30-0500", "01:30-0600"),
        (date(2026, 11, 1), 1440, None, "00:00-0600"),
    ],
)
def test_a_local_span_begins_at_the_first_and_ends_at_the_last_instant(
    day: date, wall: int, first: str | None, until: str | None
) -> None:
    def written(minute: int | None) -> str | None:
        return None if minute is None else to_local_datetime(minute, CHICAGO).strftime("%H:%M%z")

    assert written(first_utc_minute_at(day, wall, CHICAGO)) == first
    assert written(utc_minute_until(day, wall, CHICAGO)) == until
