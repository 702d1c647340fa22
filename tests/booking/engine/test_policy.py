"""Notice, horizon, the deadline for changes, and parts of the day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.engine.policy import BookingPolicy, part_of_day

CHICAGO = ZoneInfo("America/Chicago")
SANTIAGO = ZoneInfo("America/Santiago")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def policy(
    zone: ZoneInfo = CHICAGO, *, notice: int = 120, horizon: int = 60, cancellation: int = 1440
) -> BookingPolicy:
    return BookingPolicy(
        zone=zone, notice=notice, horizon_days=horizon, grid=15, cancellation=cancellation
    )


def at(zone: ZoneInfo, *parts: int, fold: int = 0) -> int:
    """The minute at which the clock of a zone shows year, month, day, hour, minute."""
    year, month, day, hour, minute = parts
    moment = datetime(year, month, day, hour, minute, fold=fold, tzinfo=zone)
    return int(moment.astimezone(UTC).timestamp()) // 60


def test_notice_is_counted_from_now_in_real_minutes() -> None:
    now = at(CHICAGO, 2026, 3, 8, 1, 30)
    assert policy(notice=120).earliest_start(now) == at(CHICAGO, 2026, 3, 8, 4, 30)


def test_without_notice_the_present_minute_is_the_first() -> None:
    assert policy(notice=0).earliest_start(1000) == 1000


def test_today_is_the_date_in_the_clinics_zone() -> None:
    late_evening = at(CHICAGO, 2026, 12, 31, 23, 59)
    assert policy(CHICAGO).today(late_evening) == date(2026, 12, 31)
    assert policy(CHICAGO).today(late_evening + 1) == date(2027, 1, 1)
    assert policy(KATHMANDU).today(late_evening) == date(2027, 1, 1)


def test_today_begins_at_one_where_midnight_is_skipped() -> None:
    one_o_clock = at(SANTIAGO, 2026, 9, 6, 1, 0)
    today = policy(SANTIAGO).today
    assert (today(one_o_clock - 1), today(one_o_clock)) == (date(2026, 9, 5), date(2026, 9, 6))


def test_the_last_day_is_the_horizon_in_dates_from_today() -> None:
    now = at(CHICAGO, 2026, 10, 31, 23, 30)
    assert policy(horizon=1).last_day(now) == date(2026, 11, 1)
    assert policy(horizon=0).last_day(now) == date(2026, 10, 31)


def test_changes_are_allowed_until_the_last_minute_before_the_deadline() -> None:
    start = at(CHICAGO, 2026, 11, 2, 9, 0)
    day_before = at(CHICAGO, 2026, 11, 1, 9, 0)
    asked = [policy().may_change(start, day_before + late) for late in (-1, 0, 1)]
    assert asked == [True, True, False]


def test_a_deadline_of_24_hours_is_24_real_hours_when_the_clocks_change() -> None:
    start = at(CHICAGO, 2026, 11, 1, 9, 0)  # at 02:00 that night the clocks went back
    ten = at(CHICAGO, 2026, 10, 31, 10, 0)
    asked = [policy().may_change(start, minute) for minute in (ten, ten + 1)]
    assert asked == [True, False]


def test_without_a_deadline_changes_are_allowed_until_the_start() -> None:
    asked = [policy(cancellation=0).may_change(600, now) for now in (599, 600, 601)]
    assert asked == [True, True, False]


@pytest.mark.parametrize(
    ("hour", "minute", "part"),
    [
        (0, 0, "morning"),
        (11, 59, "morning"),
        (12, 0, "afternoon"),
        (16, 59, "afternoon"),
        (17, 0, "evening"),
        (23, 59, "evening"),
    ],
)
@pytest.mark.parametrize("zone", [CHICAGO, KATHMANDU, ZoneInfo("Australia/Lord_Howe")], ids=str)
def test_the_part_of_the_day_follows_the_clock_on_the_wall(
    zone: ZoneInfo, hour: int, minute: int, part: str
) -> None:
    assert part_of_day(at(zone, 2026, 7, 1, hour, minute), zone) == part
