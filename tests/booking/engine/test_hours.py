"""Weekly rules, exceptions, and a date's real minutes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.engine.hours import (
    MINUTES_PER_DAY,
    WeeklyRule,
    WorkingHours,
    dates_between,
    day_segments,
    grid_starts,
    to_local_datetime,
    wall_clock_to_utc,
)
from booking.engine.spans import EMPTY_SPANS, Spans
from tests.booking.engine.brute_force import minutes_of, reading

CHICAGO = ZoneInfo("America/Chicago")
LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SANTIAGO = ZoneInfo("America/Santiago")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [CHICAGO, LONDON, LORD_HOWE, SANTIAGO, KATHMANDU]

MONDAY = date(2026, 11, 2)
NINE, NOON, FIVE = 540, 720, 1020


def minute(zone: ZoneInfo, day: date, wall: int) -> int:
    """The first real minute that reads `wall` on a date without a clock change before it."""
    moment = datetime(day.year, day.month, day.day, wall // 60, wall % 60, tzinfo=zone)
    return int(moment.timestamp()) // 60


def real(day: date, start: int, end: int, zone: ZoneInfo) -> list[str]:
    """The real spans of a wall-clock span, as UTC times of day."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return [
        "-".join((epoch + timedelta(minutes=m)).strftime("%H:%M") for m in span)
        for span in wall_clock_to_utc(day, (start, end), zone)
    ]


def test_dates_have_both_ends() -> None:
    assert dates_between(date(2026, 2, 27), date(2026, 3, 1)) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]


def test_there_are_no_dates_from_a_day_to_the_day_before() -> None:
    assert dates_between(date(2026, 3, 2), date(2026, 3, 1)) == []


def test_a_rule_applies_on_its_weekday_only() -> None:
    week = [MONDAY + timedelta(days=n) for n in range(7)]
    rule = WeeklyRule(0, NINE, FIVE)
    assert [rule.applies_on(day) for day in week] == [True] + [False] * 6


def test_both_dates_of_validity_are_included() -> None:
    mondays = [MONDAY + timedelta(weeks=n) for n in range(4)]
    rule = WeeklyRule(0, NINE, FIVE, mondays[1], mondays[2])
    assert [rule.applies_on(day) for day in mondays] == [False, True, True, False]


def test_an_open_validity_has_no_end_and_no_beginning() -> None:
    mondays = [MONDAY - timedelta(weeks=500), MONDAY, MONDAY + timedelta(weeks=500)]
    until, since = WeeklyRule(0, 0, 1, None, MONDAY), WeeklyRule(0, 0, 1, MONDAY, None)
    assert [until.applies_on(day) for day in mondays] == [True, True, False]
    assert [since.applies_on(day) for day in mondays] == [False, True, True]


def test_several_rules_of_a_weekday_add_up() -> None:
    hours = WorkingHours(
        [WeeklyRule(0, NINE, NOON), WeeklyRule(0, 780, FIVE), WeeklyRule(1, 0, 60)]
    )
    opens = [minute(CHICAGO, MONDAY, wall) for wall in (NINE, NOON, 780, FIVE)]
    assert hours.open_spans([MONDAY], CHICAGO).pairs == (
        (opens[0], opens[1]),
        (opens[2], opens[3]),
    )


def test_overlapping_rules_are_open_once() -> None:
    hours = WorkingHours([WeeklyRule(0, NINE, NOON), WeeklyRule(0, 600, FIVE)])
    expected = (minute(CHICAGO, MONDAY, NINE), minute(CHICAGO, MONDAY, FIVE))
    assert hours.open_spans([MONDAY], CHICAGO) == Spans((expected,))


def test_an_exception_replaces_the_pattern() -> None:
    hours = WorkingHours([WeeklyRule(0, NINE, FIVE)], {MONDAY: [(600, 660)]})
    assert hours.on(MONDAY) == [(600, 660)]
    assert hours.on(MONDAY + timedelta(weeks=1)) == [(NINE, FIVE)]


def test_an_exception_without_spans_is_a_day_off() -> None:
    hours = WorkingHours([WeeklyRule(0, NINE, FIVE)], {MONDAY: []})
    assert hours.open_spans([MONDAY], CHICAGO) == EMPTY_SPANS


def test_an_exception_can_open_a_day_without_weekly_hours() -> None:
    sunday = MONDAY - timedelta(days=1)
    assert WorkingHours((), {sunday: [(600, 660)]}).on(sunday) == [(600, 660)]


def test_hours_until_midnight_and_from_midnight_are_one_span() -> None:
    hours = WorkingHours([WeeklyRule(0, 1320, MINUTES_PER_DAY), WeeklyRule(1, 0, 120)])
    start = minute(KATHMANDU, MONDAY, 1320)
    found = hours.open_spans(dates_between(MONDAY, MONDAY + timedelta(days=1)), KATHMANDU)
    assert found == Spans(((start, start + 240),))


def test_spring_forward_removes_the_skipped_hour() -> None:
    day = date(2026, 3, 8)  # Chicago, 02:00 -> 03:00
    assert real(day, 60, 240, CHICAGO) == ["07:00-08:00", "08:00-09:00"]
    assert real(day, 120, 180, CHICAGO) == []
    assert real(day, 90, 150, CHICAGO) == ["07:30-08:00"]


def test_fall_back_works_the_repeated_hour_twice() -> None:
    day = date(2026, 11, 1)  # Chicago, 02:00 -> 01:00
    assert real(day, 60, 120, CHICAGO) == ["06:00-07:00", "07:00-08:00"]
    assert real(day, 75, 90, CHICAGO) == ["06:15-06:30", "07:15-07:30"]
    assert real(day, 120, 180, CHICAGO) == ["08:00-09:00"]


def test_half_an_hour_can_be_skipped_and_repeated() -> None:
    skipped, repeated = date(2026, 10, 4), date(2026, 4, 5)  # Lord Howe
    assert real(skipped, 120, 150, LORD_HOWE) == []
    assert real(skipped, 90, 180, LORD_HOWE) == ["15:00-15:30", "15:30-16:00"]
    assert real(repeated, 90, 120, LORD_HOWE) == ["14:30-15:00", "15:00-15:30"]


def test_midnight_itself_can_be_skipped() -> None:
    day = date(2026, 9, 6)  # Santiago, 00:00 -> 01:00
    assert real(day, 0, 60, SANTIAGO) == []
    assert real(day, 0, 120, SANTIAGO) == ["04:00-05:00"]
    assert grid_starts(day, 60, SANTIAGO)[0] == minute(SANTIAGO, day, 60)


def test_the_last_hour_of_a_date_can_come_twice() -> None:
    day = date(2026, 4, 4)  # Santiago, 24:00 -> 23:00
    assert real(day, 1380, MINUTES_PER_DAY, SANTIAGO) == ["02:00-03:00", "03:00-04:00"]
    assert len(grid_starts(day, 60, SANTIAGO)) == 25


def test_a_skipped_date_has_no_minutes() -> None:
    friday = date(2011, 12, 30)  # Apia went from Thursday to Saturday
    assert day_segments(friday, APIA) == ()
    assert real(friday, 0, MINUTES_PER_DAY, APIA) == []
    assert grid_starts(friday, 15, APIA) == []


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        (CHICAGO, date(2026, 3, 8), 1380),
        (CHICAGO, date(2026, 11, 1), 1500),
        (LORD_HOWE, date(2026, 10, 4), 1410),
        (LORD_HOWE, date(2026, 4, 5), 1470),
        (SANTIAGO, date(2026, 9, 6), 1380),
        (SANTIAGO, date(2026, 4, 4), 1500),
        (KATHMANDU, date(2026, 4, 5), 1440),
    ],
    ids=str,
)
def test_a_date_is_as_long_as_it_really_is(zone: ZoneInfo, day: date, length: int) -> None:
    assert (
        sum(end - start for start, end in wall_clock_to_utc(day, (0, MINUTES_PER_DAY), zone))
        == length
    )


def test_the_grid_counts_the_clock_and_not_real_minutes() -> None:
    kathmandu = [
        to_local_datetime(m, KATHMANDU).strftime("%H:%M")
        for m in grid_starts(MONDAY, 360, KATHMANDU)
    ]
    assert kathmandu == ["00:00", "06:00", "12:00", "18:00"]
    day = date(2026, 10, 4)  # 02:00 -> 02:30: a grid of 60 has no 02:00
    lord_howe = [
        to_local_datetime(m, LORD_HOWE).strftime("%H:%M") for m in grid_starts(day, 60, LORD_HOWE)
    ]
    assert lord_howe[:4] == ["00:00", "01:00", "03:00", "04:00"]


def test_local_is_the_reading_of_the_wall_clock() -> None:
    twice = [
        to_local_datetime(minute(CHICAGO, date(2026, 11, 1), 60) + late, CHICAGO)
        for late in (0, 60)
    ]
    assert [moment.strftime("%H:%M %Z") for moment in twice] == ["01:00 CDT", "01:00 CST"]


@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.tuples(st.integers(0, MINUTES_PER_DAY), st.integers(0, MINUTES_PER_DAY)),
)
@settings(max_examples=60, deadline=None)
def test_a_wall_clock_span_is_the_minutes_that_read_so(
    zone: ZoneInfo, day: date, wall: tuple[int, int]
) -> None:
    found = [m for start, end in wall_clock_to_utc(day, wall, zone) for m in range(start, end)]
    assert found == [m for m in minutes_of(day, zone) if wall[0] <= reading(m, zone)[1] < wall[1]]


@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.sampled_from([5, 7, 10, 15, 20, 30, 45, 60, 90]),
)
@settings(max_examples=60, deadline=None)
def test_the_grid_is_the_minutes_whose_reading_is_a_multiple(
    zone: ZoneInfo, day: date, grid: int
) -> None:
    by_reading = [m for m in minutes_of(day, zone) if reading(m, zone)[1] % grid == 0]
    assert grid_starts(day, grid, zone) == by_reading
