"""The editors of hours: rows are added and removed without saving."""

from datetime import date, time
from typing import Any

import pytest
from django.test import Client

from booking.actions.schedule.change_schedule import change_schedule
from booking.inputs import WeeklyHoursChange
from booking.models import DateException, WeeklyHours
from tests.booking.schedule.pages import DAY, HOURS, fields, read
from tests.booking.schedule.schedule_changes import FIVE, NINE, STAFF, Scene

pytestmark = pytest.mark.django_db

MONDAY_ONLY = {"first": "2026-12-01", "d0-0-from": "09:00", "d0-0-to": "17:00"}


def times(response: Any) -> dict[str, str]:
    """What stands in the rows."""
    return {name: values[0] for name, values in fields(response).items() if name[0] == "d"}


def test_the_editor_shows_todays_hours_from_today_on(rosa: Client) -> None:
    response = rosa.get(HOURS)

    assert times(response) == {
        f"d{day}-0-{end}": value
        for day in range(7)
        for end, value in (("from", "09:00"), ("to", "17:00"))
    }
    assert fields(response)["first"] == ["2026-11-23"]


def test_the_editor_shows_the_hours_of_a_later_date_on_request(rosa: Client, scene: Scene) -> None:
    change = WeeklyHoursChange(scene.therapists[0].pk, date(2026, 12, 21), ((2, NINE, time(12)),))
    change_schedule(change, resolutions={}, by=STAFF)
    response = rosa.get(f"{HOURS}?from=2026-12-21")

    assert times(response) == {"d2-0-from": "09:00", "d2-0-to": "12:00"}
    assert fields(response)["first"] == ["2026-12-21"]


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "1999-01-01", "\x00", "9" * 500])
def test_an_invalid_date_in_the_query_means_today(rosa: Client, text: str) -> None:
    response = rosa.get(HOURS, {"from": text})

    assert response.status_code == 200
    assert fields(response)["first"] == ["2026-11-23"]


def test_an_added_row_gets_the_focus(rosa: Client) -> None:
    response = rosa.post(HOURS, MONDAY_ONLY | {"do": "add 0"})

    assert times(response) == {
        "d0-0-from": "09:00", "d0-0-to": "17:00", "d0-1-from": "", "d0-1-to": "",
    }  # fmt: skip
    assert 'name="d0-1-from" autofocus' in response.content.decode().replace('value="" ', "")
    assert fields(response)["first"] == ["2026-12-01"]


def test_a_row_can_be_removed(rosa: Client) -> None:
    two = MONDAY_ONLY | {"d0-1-from": "18:00", "d0-1-to": "20:00"}
    response = rosa.post(HOURS, two | {"do": "drop 0 0"})

    assert times(response) == {"d0-0-from": "18:00", "d0-0-to": "20:00"}


def test_a_day_holds_six_rows_at_most(rosa: Client) -> None:
    rows = {f"d0-{n}-{end}": "" for n in range(9) for end in ("from", "to")}
    response = rosa.post(HOURS, rows | {"first": "2026-12-01", "do": "add 0"})

    assert len(times(response)) == 12
    assert 'value="add 0"' not in response.content.decode()


def test_a_day_is_copied_to_others(rosa: Client) -> None:
    sent = MONDAY_ONLY | {"do": "copy", "copy-day": "0", "copy-to": ["1", "4"]}
    response = rosa.post(HOURS, sent)

    assert sorted(times(response)) == [
        "d0-0-from", "d0-0-to", "d1-0-from", "d1-0-to", "d4-0-from", "d4-0-to",
    ]  # fmt: skip
    assert "Copied. Nothing is saved yet." in read(response)


@pytest.mark.parametrize(
    "sent", [{}, {"copy-day": "0"}, {"copy-day": "9", "copy-to": ["1"]}, {"copy-to": ["x"]}]
)
def test_copying_nothing_says_what_is_missing(rosa: Client, sent: dict[str, Any]) -> None:
    response = rosa.post(HOURS, MONDAY_ONLY | {"do": "copy"} | sent)

    assert "Please choose a day to copy" in read(response)
    assert len(times(response)) == 2


def test_a_week_is_copied_from_another_date(rosa: Client, scene: Scene) -> None:
    change = WeeklyHoursChange(scene.therapists[0].pk, date(2026, 12, 21), ((2, NINE, time(12)),))
    change_schedule(change, resolutions={}, by=STAFF)
    response = rosa.post(HOURS, MONDAY_ONLY | {"do": "fill", "fill-from": "from:2026-12-21"})

    assert times(response) == {"d2-0-from": "09:00", "d2-0-to": "12:00"}


def test_a_week_is_copied_from_a_colleague_by_the_front_desk(desk: Client, scene: Scene) -> None:
    change = WeeklyHoursChange(scene.therapists[1].pk, date(2026, 11, 23), ((5, NINE, FIVE),))
    change_schedule(change, resolutions={}, by=STAFF)
    response = desk.post(HOURS, MONDAY_ONLY | {"do": "fill", "fill-from": "of:tom"})

    assert times(response) == {"d5-0-from": "09:00", "d5-0-to": "17:00"}


def test_editing_saves_nothing(rosa: Client) -> None:
    before = list(WeeklyHours.objects.order_by("pk").values())
    for command in ("add 1", "drop 0 0", "copy", "fill"):
        rosa.post(HOURS, MONDAY_ONLY | {"do": command, "copy-day": "0", "copy-to": ["1"]})

    assert list(WeeklyHours.objects.order_by("pk").values()) == before


def test_empty_rows_are_ignored_and_midnight_ends_a_day(rosa: Client) -> None:
    rows = {"d0-0-from": "", "d0-0-to": "", "d0-1-from": "20:00", "d0-1-to": "00:00"}
    response = rosa.post(HOURS, rows | {"first": "2026-12-01", "do": "save"})

    assert response.status_code == 303
    new = WeeklyHours.objects.get(valid_from=date(2026, 12, 1))
    assert (new.weekday, new.starts, new.ends) == (0, time(20), time())


def test_saving_after_a_concurrent_change_shows_it(rosa: Client, desk: Client) -> None:
    opened = fields(rosa.get(HOURS))["seen"]
    desk.post(HOURS, {"first": "2026-11-23", "d3-0-from": "10:00", "d3-0-to": "11:00"})
    sent = MONDAY_ONLY | {"do": "save", "seen": opened[0]}
    response = rosa.post(HOURS, sent)

    assert response.status_code == 422
    said = read(response)
    assert "changed by somebody else since you opened this page" in said
    assert "10:00 am to 11:00 am" in said
    assert times(response) == {"d0-0-from": "09:00", "d0-0-to": "17:00"}
    again = sent | {"seen": fields(response)["seen"][0]}
    assert rosa.post(HOURS, again).status_code == 303


def test_one_day_opens_with_the_usual_hours_and_is_saved(rosa: Client) -> None:
    opened = rosa.get(f"{DAY}?day=2026-12-02")
    assert times(opened) | {"day": ""} == {
        "day": "", "d0-0-from": "09:00", "d0-0-to": "17:00",
    }  # fmt: skip
    assert "Wednesday 2 December 2026" in read(opened)
    sent = {"day": "2026-12-02", "d0-0-from": "12:00", "d0-0-to": "18:00", "note": "late"}
    assert rosa.post(DAY, sent | {"do": "save"}).status_code == 303

    exception = DateException.objects.get()
    assert (exception.day, exception.note) == (date(2026, 12, 2), "late")
    assert list(exception.spans.values_list("starts", "ends")) == [(time(12), time(18))]
    assert times(rosa.get(f"{DAY}?day=2026-12-02"))["d0-0-from"] == "12:00"


def test_a_day_without_rows_is_a_day_off_until_it_is_undone(rosa: Client) -> None:
    assert rosa.post(DAY, {"day": "2026-12-02", "do": "save"}).status_code == 303
    assert DateException.objects.get().spans.count() == 0
    assert "day off" in read(rosa.get("/desk/schedule/rosa/"))

    assert rosa.post(DAY, {"day": "2026-12-02", "do": "remove"}).status_code == 303
    assert not DateException.objects.exists()


def test_rows_of_one_day_can_be_added_and_removed(rosa: Client) -> None:
    sent = {"day": "2026-12-02", "d0-0-from": "12:00", "d0-0-to": "18:00"}
    added = rosa.post(DAY, sent | {"do": "add 0"})
    dropped = rosa.post(DAY, sent | {"do": "drop 0 0"})

    assert "d0-1-from" in times(added)
    assert "d0-0-from" not in times(dropped)
    assert fields(dropped)["day"] == ["2026-12-02", "2026-12-02"]
    assert not DateException.objects.exists()
