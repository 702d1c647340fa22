"""Time off, once or repeated, also across clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from booking.actions.schedule.cancel_time_off import cancel_time_off
from booking.models import TimeOff
from tests.booking.schedule.pages import OFF, read
from tests.booking.schedule.schedule_changes import CHICAGO, Scene, at

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

EVERY_SECOND_WEDNESDAY = {
    "first_day": "2026-12-02",
    "starts": "14:00",
    "ends": "16:00",
    "repeat": "2",
    "until": "2027-04-30",
    "note": "Supervision",
}


def spans() -> list[tuple[datetime, datetime]]:
    return list(TimeOff.objects.values_list("starts_at", "ends_at"))


@pytest.mark.parametrize(
    ("sent", "starts", "ends"),
    [
        ({}, at(0, day=date(2026, 12, 2)), at(0, day=date(2026, 12, 3))),
        ({"starts": "13:00"}, at(13, day=date(2026, 12, 2)), at(0, day=date(2026, 12, 3))),
        ({"ends": "12:00"}, at(0, day=date(2026, 12, 2)), at(12, day=date(2026, 12, 2))),
        (
            {"last_day": "2026-12-06", "starts": "13:00"},
            at(13, day=date(2026, 12, 2)),
            at(0, day=date(2026, 12, 7)),
        ),
        ({"ends": "00:00"}, at(0, day=date(2026, 12, 2)), at(0, day=date(2026, 12, 3))),
    ],
)
def test_last_day_and_times_are_optional(
    rosa: Client, sent: dict[str, str], starts: datetime, ends: datetime
) -> None:
    assert rosa.post(OFF, {"first_day": "2026-12-02"} | sent).status_code == 303
    assert spans() == [(starts, ends)]


def test_every_second_wednesday_is_a_row_each_time_by_the_wall_clock(rosa: Client) -> None:
    assert rosa.post(OFF, EVERY_SECOND_WEDNESDAY).status_code == 303
    rows = TimeOff.objects.all()

    assert len(rows) == 11
    assert len({row.series for row in rows}) == 1
    for place, row in enumerate(rows):
        local = row.starts_at.astimezone(CHICAGO)
        assert local.date() == date(2026, 12, 2) + place * timedelta(weeks=2)
        assert (local.hour, row.ends_at - row.starts_at) == (14, timedelta(hours=2))
    assert {row.starts_at.hour for row in rows} == {19, 20}  # summer and winter, in UTC


def test_a_series_is_limited_to_a_year(rosa: Client) -> None:
    year = EVERY_SECOND_WEDNESDAY | {"repeat": "1", "until": "2027-12-02"}
    assert rosa.post(OFF, year).status_code == 303
    assert TimeOff.objects.count() == 53


def test_a_skipped_local_time_is_left_out_of_a_series(rosa: Client) -> None:
    night = {"first_day": "2027-03-07", "starts": "02:00", "ends": "03:00", "repeat": "1"}
    assert rosa.post(OFF, night | {"until": "2027-03-21"}).status_code == 303
    assert [start.astimezone(CHICAGO).day for start, _ in spans()] == [7, 21]


def test_a_repeated_local_time_begins_at_the_first_and_ends_at_the_last(
    rosa: Client,
) -> None:
    autumn = {"first_day": "2027-11-07", "starts": "01:00", "ends": "01:30"}
    assert rosa.post(OFF, autumn).status_code == 303
    assert spans() == [
        (datetime(2027, 11, 7, 6, tzinfo=UTC), datetime(2027, 11, 7, 7, 30, tzinfo=UTC))
    ]


def test_a_repeated_request_is_saved_once(rosa: Client) -> None:
    for _ in range(2):
        rosa.post(OFF, EVERY_SECOND_WEDNESDAY)

    assert TimeOff.objects.count() == 11


def test_one_date_of_a_series_or_its_rest_can_be_cancelled(rosa: Client) -> None:
    rosa.post(OFF, EVERY_SECOND_WEDNESDAY)
    first, second = TimeOff.objects.all()[:2]
    assert "11 times, the last on Wednesday 21 April 2027" in read(rosa.get("/desk/schedule/rosa/"))

    rosa.post(f"/desk/time-off/{first.pk}/back/")
    assert TimeOff.objects.count() == 10
    rosa.post(f"/desk/time-off/{second.pk}/back/", {"all": "yes"})
    assert TimeOff.objects.count() == 0


def test_past_dates_of_a_series_are_kept(rosa: Client) -> None:
    rosa.post(OFF, EVERY_SECOND_WEDNESDAY)
    third = TimeOff.objects.all()[2]
    cancel_time_off(third, whole_series=True)

    assert TimeOff.objects.count() == 2


def test_cancelling_cancelled_time_off_is_no_error(scene: Scene, rosa: Client) -> None:
    rosa.post(OFF, {"first_day": "2026-12-02"})
    off = TimeOff.objects.get()

    assert cancel_time_off(off) == 1
    assert cancel_time_off(off) == 0


def test_cancelling_after_a_colleague_says_so(rosa: Client, owner: Client) -> None:
    rosa.post(OFF, {"first_day": "2026-12-02"})
    address = f"/desk/time-off/{TimeOff.objects.get().pk}/back/"
    rosa.post(address)

    answer = owner.post(address, follow=True)

    assert answer.redirect_chain == [("/desk/schedule/", 303)]
    assert "That was done already." in answer.content.decode()


def test_two_therapists_can_have_the_same_series(owner: Client) -> None:
    owner.post(OFF, EVERY_SECOND_WEDNESDAY)
    owner.post("/desk/schedule/tom/time-off/", EVERY_SECOND_WEDNESDAY)
    owner.post(f"/desk/time-off/{TimeOff.objects.first().pk}/back/", {"all": "yes"})  # type: ignore[union-attr]

    assert TimeOff.objects.count() == 11
