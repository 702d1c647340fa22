"""Invalid hours are explained beside the field, and the input is kept.

On PostgreSQL too what a database would refuse in its own way: NUL, huge numbers, duplicates."""

from typing import Any

import pytest
from django.test import Client

from booking.models import Closure, DateException, TimeOff, WeeklyHours
from tests.booking.schedule.pages import CLOSURES, DAY, HOLIDAYS, HOURS, OFF, fields, read
from tests.booking.schedule.schedule_changes import Scene

pytestmark = pytest.mark.django_db

LONG = "9" * 100_000


def nothing_is_saved() -> bool:
    new = WeeklyHours.objects.filter(valid_from__isnull=False)
    return not any(
        rows.exists() for rows in (new, TimeOff.objects, DateException.objects, Closure.objects)
    )


def rows(*spans: tuple[str, str], day: int = 0) -> dict[str, str]:
    return {
        f"d{day}-{place}-{end}": value
        for place, span in enumerate(spans)
        for end, value in zip(("from", "to"), span, strict=True)
    }


@pytest.mark.parametrize(
    ("spans", "sentence"),
    [
        ([("09:00", "13:00"), ("12:00", "18:00")], "These hours overlap 9:00 am to 1:00 pm."),
        ([("12:00", "00:00"), ("09:00", "13:00")], "These hours overlap 9:00 am to 1:00 pm."),
        ([("09:00", "13:00"), ("09:00", "13:00")], "These hours overlap 9:00 am to 1:00 pm."),
        ([("17:00", "09:00")], "The end must be after the start."),
        ([("09:00", "09:00")], "The end must be after the start."),
        ([("00:00", "00:00"), ("09:00", "10:00")], "These hours overlap 12:00 am to midnight."),
        ([("09:00", "")], "Please give both times, or empty both."),
        ([("", "09:00")], "Please give both times, or empty both."),
        ([("late", "later")], "Please write the time like this: 17:30."),
        ([("25:00", "26:00")], "Please write the time like this: 17:30."),
    ],
)
@pytest.mark.parametrize(("path", "when"), [(HOURS, "first"), (DAY, "day")])
def test_invalid_hours_are_explained(
    rosa: Client, path: str, when: str, spans: list[tuple[str, str]], sentence: str
) -> None:
    sent = {when: "2026-12-02", "do": "save"} | rows(*spans)
    response = rosa.post(path, sent)

    assert response.status_code == 422
    assert read(response).count(sentence) >= 2  # beside the field, and in the summary
    assert nothing_is_saved()


@pytest.mark.postgresql
@pytest.mark.parametrize("typed", ["09:00\x00", LONG])
@pytest.mark.parametrize(("path", "when"), [(HOURS, "first"), (DAY, "day")])
def test_malformed_values_are_explained(rosa: Client, path: str, when: str, typed: str) -> None:
    response = rosa.post(path, {when: "2026-12-02", "do": "save"} | rows((typed, "10:00")))

    assert response.status_code == 422
    assert "Please write the time like this: 17:30." in response.content.decode()
    assert nothing_is_saved()


def test_the_input_is_kept(rosa: Client) -> None:
    sent = {"first": "2026-12-02", "do": "save"} | rows(("17:00", "09:00"), ("x", "18:00"), day=4)
    found = fields(rosa.post(HOURS, sent))

    assert {name: found[name][0] for name in sent if name != "do"} == {
        name: value for name, value in sent.items() if name != "do"
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please choose a date."),
        ("soon", "Please write the date like this: 2026-12-01."),
        ("2026-02-30", "Please write the date like this: 2026-12-01."),
        ("2026-11-22", "That date has passed."),
        ("0001-01-01", "That date has passed."),
        ("2036-11-23", "That is more than a year ahead."),
        ("9999-12-31", "That is more than a year ahead."),
        pytest.param(
            "2026-12-02\x00",
            "Please write the date like this: 2026-12-01.",
            marks=pytest.mark.postgresql,
        ),
        (LONG, "Please write the date like this: 2026-12-01."),
    ],
)
@pytest.mark.parametrize(
    ("path", "name"), [(HOURS, "first"), (DAY, "day"), (OFF, "first_day"), (CLOSURES, "first_day")]
)
def test_an_invalid_date_is_explained(
    owner: Client, path: str, name: str, typed: str, sentence: str
) -> None:
    response = owner.post(path, {name: typed, "do": "save", "name": "Water"})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert nothing_is_saved()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"last_day": "2026-12-01"}, "The last day must not be before the first."),
        ({"last_day": "2036-12-02"}, "That is more than a year. Please check the dates."),
        ({"starts": "10:00", "ends": "09:00"}, "The end must be after the start."),
        ({"starts": "10:00", "ends": "10:00"}, "The end must be after the start."),
        ({"starts": "25:00"}, "Please write the time like this: 17:30."),
        ({"note": "a\nb"}, "Please use ordinary letters, in one line."),
        ({"note": "x" * 121}, "120"),
        ({"repeat": "2"}, "Please say until when it repeats."),
        ({"repeat": "3", "until": "2026-12-30"}, "Please choose one of the list."),
        ({"repeat": "1", "until": "2026-12-01"}, "This must not be before the first day."),
        ({"repeat": "1", "until": "2036-12-01"}, "That is more than a year."),
        (
            {"repeat": "1", "until": "2026-12-30", "last_day": "2026-12-03"},
            "What repeats must begin and end on the same day.",
        ),
        (
            {"repeat": "1", "until": "2026-12-30", "starts": "10:00", "ends": "09:00"},
            "The end must be after the start.",
        ),
    ],
)
def test_invalid_time_off_is_explained(rosa: Client, sent: dict[str, Any], sentence: str) -> None:
    response = rosa.post(OFF, {"first_day": "2026-12-02"} | sent)

    assert response.status_code == 422
    assert sentence in read(response)
    assert nothing_is_saved()
    assert fields(response)["first_day"] == ["2026-12-02"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": ""}, "Please say what for, in a word or two."),
        ({"last_day": "2026-12-01"}, "The last day must not be before the first."),
        ({"last_day": "2036-12-01"}, "That is more than a year."),
        ({"starts": "10:00"}, "Please give both times, or neither."),
        ({"starts": "10:00", "ends": "09:00"}, "The closure must end after it starts."),
        ({"name": "x" * 121}, "120"),
    ],
)
def test_an_invalid_closure_is_explained(
    owner: Client, sent: dict[str, str], sentence: str
) -> None:
    response = owner.post(CLOSURES, {"first_day": "2026-12-02", "name": "Water"} | sent)

    assert response.status_code == 422
    assert sentence in read(response)
    assert nothing_is_saved()


@pytest.mark.postgresql
def test_the_same_closure_twice_is_explained(owner: Client) -> None:
    sent = {"first_day": "2026-12-02", "name": "Water"}
    assert owner.post(CLOSURES, sent).status_code == 303
    response = owner.post(CLOSURES, sent)

    assert response.status_code == 422
    assert "This closure is in the list already." in read(response)


@pytest.mark.postgresql
@pytest.mark.parametrize("days", [[], ["2026-11-25"], ["x"], ["2026-11-26", "\x00"]])
def test_an_unknown_holiday_is_explained(owner: Client, days: list[str]) -> None:
    response = owner.post(HOLIDAYS, {"year": "2026", "days": days})

    assert response.status_code == 422
    assert nothing_is_saved()


@pytest.mark.postgresql
@pytest.mark.parametrize("year", ["", "1999", "abc", "99999999999", "\x00", "-1"])
def test_an_invalid_year_shows_the_current_one(owner: Client, year: str) -> None:
    assert "Public holidays in 2026" in read(owner.get(HOLIDAYS, {"year": year}))


SPRING = {"first_day": "2027-03-14"}
"""The clocks of Chicago go from 2 to 3."""


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (OFF, SPRING | {"starts": "02:30", "ends": "05:00"}),
        (OFF, SPRING | {"starts": "01:00", "ends": "02:30"}),
        (DAY, {"day": "2027-03-14", "d0-0-from": "02:00", "d0-0-to": "03:00", "do": "save"}),
    ],
)
def test_a_skipped_local_time_is_explained(rosa: Client, path: str, sent: dict[str, str]) -> None:
    response = rosa.post(path, sent)

    assert response.status_code == 422
    assert "the clocks are put forward, and this time does not exist" in read(response)
    assert nothing_is_saved()


@pytest.mark.postgresql
@pytest.mark.parametrize("command", ["add 9", "drop 0 7", "add", "drop x y", "\x00", "x" * 1000])
def test_an_unknown_button_changes_nothing(rosa: Client, command: str) -> None:
    for path in (HOURS, DAY):
        response = rosa.post(path, {"do": command} | rows(("09:00", "8:00")))
        assert response.status_code in (200, 422)
    assert nothing_is_saved()


@pytest.mark.postgresql
@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 40])
def test_cancelling_missing_time_off_redirects_and_a_missing_closure_is_404(
    owner: Client, pk: str
) -> None:
    assert owner.post(f"/desk/time-off/{pk}/back/").status_code == 303
    assert owner.post(f"/desk/closures/{pk}/back/").status_code == 404


def test_a_missing_schedule_is_404(owner: Client, scene: Scene) -> None:
    for page in ("", "hours/", "day/", "time-off/"):
        assert owner.get(f"/desk/schedule/nobody/{page}").status_code == 404
