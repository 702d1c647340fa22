"""The dates of a report."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from booking.features.reports.queries.period import (
    PeriodUnit,
    ReportPeriod,
    last_months,
    start_of_day,
)

CHICAGO = ZoneInfo("America/Chicago")


def dates_of(period: ReportPeriod) -> list[tuple[date, date]]:
    return [(part.first, part.last) for part in period.parts()]


def test_weeks_run_from_monday_to_sunday_and_are_cut_short_at_both_ends() -> None:
    assert dates_of(ReportPeriod(date(2026, 11, 4), date(2026, 11, 17), CHICAGO)) == [
        (date(2026, 11, 4), date(2026, 11, 8)),
        (date(2026, 11, 9), date(2026, 11, 15)),
        (date(2026, 11, 16), date(2026, 11, 17)),
    ]


def test_months_over_the_turn_of_the_year() -> None:
    assert dates_of(
        ReportPeriod(date(2026, 11, 30), date(2027, 1, 1), CHICAGO, PeriodUnit.MONTH)
    ) == [
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 1, 1)),
    ]


def test_before_whole_months_come_as_many_months() -> None:
    before = ReportPeriod(date(2026, 2, 1), date(2026, 3, 31), CHICAGO).previous()

    assert (before.first, before.last) == (date(2025, 12, 1), date(2026, 1, 31))


def test_before_any_other_dates_come_as_many_days() -> None:
    before = ReportPeriod(date(2026, 3, 10), date(2026, 3, 12), CHICAGO).previous()

    assert (before.first, before.last) == (date(2026, 3, 7), date(2026, 3, 9))


def test_the_last_three_months_end_with_the_month_of_today() -> None:
    found = last_months(date(2026, 1, 15), 3, CHICAGO)

    assert (found.first, found.last) == (date(2025, 11, 1), date(2026, 1, 31))


def test_a_day_of_a_clock_change_is_an_hour_shorter() -> None:
    day = ReportPeriod(date(2026, 3, 8), date(2026, 3, 8), CHICAGO)

    assert (day.starts_at, day.ends_at) == (
        datetime(2026, 3, 8, 6, tzinfo=UTC),
        datetime(2026, 3, 9, 5, tzinfo=UTC),
    )


def test_a_day_begins_at_one_where_midnight_was_skipped() -> None:
    assert start_of_day(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo")) == datetime(
        2018, 11, 4, 3, tzinfo=UTC
    )


def test_a_date_that_the_zone_left_out_begins_with_the_next_one() -> None:
    apia = ZoneInfo("Pacific/Apia")

    assert start_of_day(date(2011, 12, 30), apia) == start_of_day(date(2011, 12, 31), apia)
