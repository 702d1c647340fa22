"""Invalid input at the desk is refused with a message, never with a server error."""

from datetime import date
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment, Payment
from tests.booking.desk.staffed_desk import Desk, make_desk, page, signed_in
from tests.conftest import ModuleDatabase
from tests.html import assert_valid, text_of
from tests.scene import at

pytestmark = pytest.mark.django_db

NUL, LONG = "a\x00b", "x" * 100_000
GARBAGE = ["", "-1", "0", "abc", NUL, LONG, "2026-02-30", "9" * 40, "१२"]


@pytest.fixture(scope="module")
def made(module_database: ModuleDatabase) -> tuple[Desk, Client]:
    """The desk and the front desk's browser, for all tests of this module."""
    with module_database():
        desk = make_desk()
        return desk, signed_in(desk.front)


@pytest.fixture
def desk(made: tuple[Desk, Client]) -> Desk:
    return made[0]


@pytest.fixture
def front(made: tuple[Desk, Client]) -> Client:
    """With the cookies of the sign-in alone."""
    client = Client()
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in made[1].cookies.items()})
    return client


@pytest.fixture
def row(desk: Desk) -> Appointment:
    return desk.booked(at(10))


@pytest.mark.parametrize("name", ["day", "view", "by", "therapist", "page"])
@pytest.mark.parametrize("value", [*GARBAGE, "0001-01-01", "9999-12-31"])
def test_any_query_of_the_calendar_is_answered(front: Client, name: str, value: str) -> None:
    answer = front.get("/desk/calendar/", {name: value})

    assert answer.status_code in (200, 400)
    assert_valid(answer.content.decode())


@pytest.mark.parametrize("name", ["option", "therapist", "day", "at", "start", "room", "next"])
@pytest.mark.parametrize("value", [*GARBAGE, "0001-01-01", "2026-11-24T10:00:00-06:00", "25:61"])
def test_any_move_request_is_answered(
    desk: Desk, front: Client, row: Appointment, name: str, value: str
) -> None:
    for answer in (
        front.get(page("desk-move", row), {name: value}),
        front.post(page("desk-move", row), {name: value, "seen": value}),
    ):
        assert answer.status_code in (200, 303, 409, 422)
        if answer.status_code != 303 and value != NUL:  # which no document can carry
            assert_valid(answer.content.decode())
    assert Appointment.objects.get().starts_at == at(10)


@pytest.mark.parametrize(
    "name", ["option", "therapist", "day", "at", "start", "room", "q", "patient", "name", "phone",
             "email", "team_note", "is_new_patient", "accepted", "do"],
)  # fmt: skip
@pytest.mark.parametrize("value", [NUL, LONG, "-1", "9999-12-31", "a\r\nb"])
def test_any_booking_request_is_answered_and_the_input_is_kept(
    desk: Desk, front: Client, name: str, value: str
) -> None:
    typed: dict[str, Any] = {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-25",
        "at": "", "name": "Kept Name", "phone": "", "email": "", "do": "book",
    }  # fmt: skip
    answer = front.post("/desk/book/", typed | {name: value})

    assert answer.status_code in (200, 422)
    text = answer.content.decode()
    if NUL not in value:  # no document can carry it
        assert_valid(text)
    assert name == "name" or "Kept Name" in text
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize("amount", ["", "0", "-5", "abc", "NaN", "1e9", "85.001", "100000", NUL])
def test_an_invalid_amount_is_reported_beside_its_field(
    desk: Desk, front: Client, row: Appointment, amount: str
) -> None:
    answer = front.post(page("desk-pay", row), {"amount": amount, "method": "cash", "seen": "0"})

    assert answer.status_code == 422
    assert 'id="id_amount_error"' in answer.content.decode()
    assert Payment.objects.count() == 0


def test_the_payment_method_is_required(desk: Desk, front: Client, row: Appointment) -> None:
    answer = front.post(page("desk-pay", row), {"amount": "85", "seen": "0"})

    assert answer.status_code == 422
    assert "Please choose how it was paid." in text_of(assert_valid(answer.content.decode()))


@pytest.mark.parametrize("to", ["", "hold", "expired", "back-from-booked", NUL, LONG])
def test_no_other_status_can_be_set(desk: Desk, front: Client, row: Appointment, to: str) -> None:
    front.post(page("desk-status", row), {"to": to})

    assert Appointment.objects.get().status == "booked"


@pytest.mark.parametrize("name", ["reason", "message", "words", "seen"])
def test_an_invalid_cancellation_cancels_nothing(
    desk: Desk, front: Client, row: Appointment, name: str
) -> None:
    sent = {"reason": "kept", "message": "tell", "words": "", "seen": "0"}
    answer = front.post(page("desk-cancel", row), sent | {name: LONG})

    assert answer.status_code == 422
    assert_valid(answer.content.decode())
    assert Appointment.objects.get().status == "booked"


def test_a_note_that_is_too_long_is_kept_in_the_form(
    desk: Desk, front: Client, row: Appointment
) -> None:
    answer = front.post(page("desk-note", row), {"team_note": "dog " * 400})

    assert answer.status_code == 422
    assert "Please use at most 1000 characters." in text_of(assert_valid(answer.content.decode()))
    assert "dog dog" in answer.content.decode()


def test_a_skipped_local_time_is_refused_with_a_message(
    desk: Desk, front: Client, row: Appointment
) -> None:
    answer = front.get(page("desk-move", row), {"day": "2027-03-14", "at": "02:30"})

    assert answer.status_code == 422
    assert "does not exist on that day" in text_of(assert_valid(answer.content.decode()))


def test_a_repeated_local_time_means_the_first_one(desk: Desk, front: Client) -> None:
    row = desk.booked(at(10, day=date(2027, 11, 5)))
    answer = front.get(page("desk-move", row), {"day": "2027-11-07", "at": "01:30"})

    assert "2027-11-07T06:30:00+00:00" in answer.content.decode()  # daylight time still


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_http_methods_are_refused(
    desk: Desk, front: Client, row: Appointment, method: str
) -> None:
    names = ("desk-appointment", "desk-status", "desk-move", "desk-cancel", "desk-pay")

    assert {getattr(front, method)(page(name, row)).status_code for name in names} == {405}


def test_a_get_changes_nothing(desk: Desk, front: Client, row: Appointment) -> None:
    found = {
        name: front.get(page(name, row)).status_code
        for name in ("desk-status", "desk-restore", "desk-note", "desk-pay")
    }

    assert set(found.values()) == {405}
