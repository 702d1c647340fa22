"""Formats of dates and times."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.lib.dates.date_format import (
    format_time_range,
    local_time,
    long_datetime,
    long_day,
    short_day,
    zone_name,
)

CHICAGO, KATHMANDU = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Kathmandu")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
WINTER, SUMMER = datetime(2026, 12, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 1, 17, tzinfo=UTC)


def test_a_day_is_written_out() -> None:
    assert long_day(date(2026, 12, 1)) == "Tuesday 1 December 2026"


def test_a_day_in_a_narrow_column_is_short() -> None:
    assert short_day(date(2026, 12, 1)) == "Tue 1 Dec"


@pytest.mark.parametrize(
    ("instant", "zone", "written"),
    [
        (WINTER, CHICAGO, "5:30 pm"),
        (SUMMER, CHICAGO, "12:00 pm"),
        (datetime(2026, 12, 1, 6, 0, tzinfo=UTC), CHICAGO, "12:00 am"),
        (datetime(2026, 12, 1, 6, 5, tzinfo=UTC), CHICAGO, "12:05 am"),
        (datetime(2026, 12, 1, 15, 0, tzinfo=UTC), CHICAGO, "9:00 am"),
        (WINTER, KATHMANDU, "5:15 am"),
        (WINTER, LORD_HOWE, "10:30 am"),
    ],
)
def test_a_time_is_the_wall_clock_of_the_clinic(
    instant: datetime, zone: ZoneInfo, written: str
) -> None:
    assert local_time(instant, zone) == written


@pytest.mark.parametrize(
    ("instant", "zone", "written"),
    [
        (WINTER, "America/Chicago", "Chicago time (CST)"),
        (SUMMER, "America/Chicago", "Chicago time (CDT)"),
        (WINTER, "Asia/Kathmandu", "Kathmandu time (UTC+0545)"),
        (WINTER, "Australia/Lord_Howe", "Lord Howe time (UTC+11)"),
        (SUMMER, "Australia/Lord_Howe", "Lord Howe time (UTC+1030)"),
        (WINTER, "America/Sao_Paulo", "Sao Paulo time (UTC-03)"),
        (SUMMER, "Europe/London", "London time (BST)"),
        (WINTER, "America/Argentina/Buenos_Aires", "Buenos Aires time (UTC-03)"),
        (WINTER, "UTC", "UTC time (UTC)"),
    ],
)
def test_the_zone_is_named_for_travellers(instant: datetime, zone: str, written: str) -> None:
    assert zone_name(instant, ZoneInfo(zone)) == written


def test_the_two_instances_of_a_repeated_hour_read_differently() -> None:
    first = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    second = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert long_datetime(first, CHICAGO) == "Sunday 1 November 2026, 1:30 am, Chicago time (CDT)"
    assert long_datetime(second, CHICAGO) == "Sunday 1 November 2026, 1:30 am, Chicago time (CST)"


def test_the_day_is_that_of_the_clinic_not_of_utc() -> None:
    late = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
    assert long_datetime(late, CHICAGO) == "Tuesday 1 December 2026, 9:00 pm, Chicago time (CST)"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Chicago's clock, in December 2026."""
    return datetime(2026, 12, day, hour, minute, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("starts", "ends", "written"),
    [
        (at(2, 14), at(2, 16), "Wednesday 2 December 2026, 2:00 pm to 4:00 pm"),
        (at(2, 0), at(3, 0), "Wednesday 2 December 2026"),
        (at(2, 0), at(5, 0), "Wednesday 2 December 2026 to Friday 4 December 2026"),
        (at(2, 14), at(3, 0), "Wednesday 2 December 2026, 2:00 pm to midnight"),
        (
            at(2, 14),
            at(5, 0),
            "Wednesday 2 December 2026, 2:00 pm to Friday 4 December 2026, midnight",
        ),
        (
            at(2, 14),
            at(4, 9),
            "Wednesday 2 December 2026, 2:00 pm to Friday 4 December 2026, 9:00 am",
        ),
    ],
)
def test_a_time_range_repeats_no_common_part(
    starts: datetime, ends: datetime, written: str
) -> None:
    assert format_time_range(starts, ends, CHICAGO) == written


def test_a_time_range_in_a_list_is_short() -> None:
    assert format_time_range(at(2, 0), at(5, 0), CHICAGO, brief=True) == "Wed 2 Dec to Fri 4 Dec"
