"""Minutes since 1970, the same in Python and in SQL."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from booking.models import TimeOff
from clinic.lib.dates.epoch import EpochMinutes, from_minutes, to_minutes
from tests.factories import TherapistFactory

pytestmark = pytest.mark.postgresql

CHICAGO, KATHMANDU = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Kathmandu")
INSTANTS = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 12, 1, 16, 0, tzinfo=UTC),
    datetime(2026, 12, 1, 16, 0, 1, tzinfo=UTC),
    datetime(2026, 12, 1, 16, 0, 59, 999_999, tzinfo=UTC),
    # Around the changes of the clocks in Chicago, the repeated hour both times.
    datetime(2026, 3, 8, 1, 59, tzinfo=CHICAGO),
    datetime(2026, 3, 8, 3, 0, tzinfo=CHICAGO),
    datetime(2026, 11, 1, 1, 30, tzinfo=CHICAGO),
    datetime(2026, 11, 1, 1, 30, tzinfo=CHICAGO, fold=1),
    datetime(2026, 12, 1, 9, 15, tzinfo=KATHMANDU),
    datetime(2026, 12, 1, 9, 15, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    datetime(2000, 2, 29, 23, 59, tzinfo=UTC),
    datetime(2040, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 30, 23, 59, tzinfo=UTC),
    # Before 1970, where rounding down is not cutting off.
    datetime(1969, 12, 31, 23, 59, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 30, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 58, 1, tzinfo=UTC),
    datetime(1900, 1, 1, tzinfo=UTC),
    datetime(1, 1, 2, tzinfo=UTC),
]


def test_the_count_begins_with_1970() -> None:
    assert to_minutes(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert to_minutes(datetime(1970, 1, 2, tzinfo=UTC)) == 1440


def test_seconds_are_rounded_down_to_the_minute() -> None:
    assert to_minutes(datetime(1970, 1, 1, 0, 1, 59, tzinfo=UTC)) == 1
    assert to_minutes(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1


def test_the_repeated_hour_is_two_hours() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=CHICAGO)
    assert to_minutes(first.replace(fold=1)) - to_minutes(first) == 60


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        to_minutes(datetime(2026, 12, 1))  # noqa: DTZ001  # the fault on trial


@pytest.mark.parametrize("minutes", [-1, 0, 1, 29_935_680, -1_000_000])
def test_minutes_become_the_instant_in_utc_and_back(minutes: int) -> None:
    instant = from_minutes(minutes)
    assert instant.tzinfo is UTC
    assert to_minutes(instant) == minutes


@pytest.mark.django_db
@pytest.mark.parametrize("instant", INSTANTS, ids=str)
def test_the_database_counts_as_python_does(instant: datetime) -> None:
    TimeOff.objects.create(
        therapist=TherapistFactory(), starts_at=instant, ends_at=instant + timedelta(hours=1)
    )
    assert TimeOff.objects.values_list(EpochMinutes("starts_at"), flat=True).get() == to_minutes(
        instant
    )


@pytest.mark.django_db
def test_the_count_can_be_filtered_subtracted_and_sorted() -> None:
    start = datetime(2026, 10, 31, 12, tzinfo=UTC)
    for hours in (3, 1, 2):
        TimeOff.objects.create(
            therapist=TherapistFactory(), starts_at=start, ends_at=start + timedelta(hours=hours)
        )
    length = EpochMinutes("ends_at") - EpochMinutes("starts_at")
    found = TimeOff.objects.annotate(length=length).filter(length__gt=60).order_by(F("length"))
    assert list(found.values_list("length", flat=True)) == [120, 180]
