"""Of old backups the newest of each day, month and year is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.features.backups.queries.keeping import backup_name, backups_in, backups_to_keep

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
TIMES = st.lists(
    st.integers(0, 2500 * 24).map(lambda hours: FIRST + timedelta(hours=hours)),
    max_size=60,
)
NUMBERS = st.integers(0, 15)


@given(TIMES, NUMBERS, NUMBERS, NUMBERS)
def test_what_is_kept_is_no_more_than_asked_for(
    times: list[datetime], days: int, months: int, years: int
) -> None:
    kept = backups_to_keep(times, days=days, months=months, years=years)

    assert kept <= set(times)
    assert len(kept) <= days + months + years


@given(TIMES, st.integers(1, 15), NUMBERS, NUMBERS)
def test_the_newest_is_kept_and_a_second_look_deletes_nothing(
    times: list[datetime], days: int, months: int, years: int
) -> None:
    kept = backups_to_keep(times, days=days, months=months, years=years)

    assert not times or max(times) in kept
    assert backups_to_keep(kept, days=days, months=months, years=years) == kept


@given(TIMES, st.integers(1, 15), NUMBERS, NUMBERS)
def test_what_was_deleted_would_not_be_kept_later(
    times: list[datetime], days: int, months: int, years: int
) -> None:
    """Deleting as time goes on keeps the same as deleting once at the end."""
    kept: set[datetime] = set()
    for time in sorted(times):
        kept = backups_to_keep({*kept, time}, days=days, months=months, years=years)

    assert kept == backups_to_keep(times, days=days, months=months, years=years)


def test_three_years_of_daily_backups_leave_a_week_a_year_of_months_and_three_years() -> None:
    last = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
    times = [last - timedelta(days=days) for days in range(1200)]

    kept = sorted(backups_to_keep(times, days=7, months=12, years=3), reverse=True)

    assert [time.strftime("%y-%m-%d") for time in kept] == [
        *[f"26-11-{day}" for day in range(30, 23, -1)],
        "26-10-31", "26-09-30", "26-08-31", "26-07-31", "26-06-30", "26-05-31", "26-04-30",
        "26-03-31", "26-02-28", "26-01-31", "25-12-31", "24-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["notes.zip", "clinic-backup-20261341T000000Z.zip", "erasures.log"]
)
def test_only_backups_that_the_command_has_named_are_found(tmp_path: Path, name: str) -> None:
    noon = datetime(2026, 11, 23, 18, tzinfo=UTC)
    for file in (name, backup_name(noon)):
        (tmp_path / file).touch()

    assert backups_in(tmp_path) == {noon: tmp_path / "clinic-backup-20261123T180000Z.zip"}
