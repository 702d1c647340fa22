"""Invalid, forged and hostile input when changing appointments is refused and changes nothing."""

from copy import deepcopy

import pytest
from django.test import Client

from booking.models import Appointment
from tests.booking.appointments.guest_pages import address, booked, look, move
from tests.booking.holds.test_bad_input import HUGE, TOKENS
from tests.scene import Scene, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene(booked_thursday: tuple[Scene, Appointment]) -> Scene:
    return deepcopy(booked_thursday[0])


@pytest.fixture
def appointment(booked_thursday: tuple[Scene, Appointment]) -> Appointment:
    return deepcopy(booked_thursday[1])


@pytest.mark.parametrize("token", TOKENS)
def test_a_forged_token_changes_nothing(client: Client, scene: Scene, token: str) -> None:
    for page in ("reschedule", "cancel", "undo", "confirm"):
        assert client.post(f"/appointments/{token}/{page}/").status_code == 404


def test_a_hold_is_not_an_appointment_yet(client: Client, scene: Scene) -> None:
    appointment = booked(scene, on(26, 10))
    Appointment.objects.update(status="expired", patient=None, booked_at=None)
    for page in ("reschedule", "cancel", "undo", "confirm"):
        assert client.post(address(appointment, page)).status_code == 404


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("", 422),
        ("tomorrow", 422),
        ("2026-11-27T14:00:00", 422),  # no offset
        ("2026-11-27T14:00:00-06:00\x00", 422),
        ("0001-01-01T00:00:00+14:00", 422),
        ("0001-01-01T00:00:00Z", 422),
        ("9999-12-31T23:00:00+00:00", 422),
        ("2026-11-22T10:00:00-06:00", 422),  # past
        ("2026-11-27T14:07:00-06:00", 422),  # off the grid
        ("2026-11-28T10:00:00-06:00", 422),  # a Saturday: closed
        ("2027-06-01T10:00:00-05:00", 422),  # too far
        (HUGE, 422),
    ],
)
def test_an_invalid_start_is_refused(
    client: Client, appointment: Appointment, start: str, status: int
) -> None:
    answers = [client.post(address(appointment, "reschedule"), {"start": start})]
    if start != HUGE:
        answers.append(client.get(address(appointment, "reschedule"), {"start": start}))
    for response in answers:
        assert response.status_code == status
        assert 'role="alert"' in response.content.decode()
        assert 'class="slot"' in response.content.decode()
    assert Appointment.objects.get().starts_at == on(26, 10)


@pytest.mark.parametrize("therapist", ["nobody", "\x00", "no slug", "x" * 5000])
def test_an_invalid_therapist_is_refused(
    client: Client, appointment: Appointment, therapist: str
) -> None:
    response = move(client, appointment, on(27, 14), therapist=therapist)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert Appointment.objects.get().starts_at == on(26, 10)


@pytest.mark.parametrize(
    ("query", "status"),
    [("day=yesterday", 400), ("day=2026-02-30", 400), ("therapist=%00", 400), ("option=x", 400),
     ("day=%F0%9F", 400), ("part=midnight", 400), ("page=-1", 200), ("day=2020-01-01", 422),
     ("day=9999-12-31", 422), ("therapist=nobody", 422)],
)  # fmt: skip
def test_an_invalid_query_still_shows_times(
    client: Client, appointment: Appointment, query: str, status: int
) -> None:
    response = look(client, appointment, f"?{query}")

    assert response.status_code == status
    assert 'class="slot"' in response.content.decode()


def test_posted_end_price_room_and_status_are_ignored(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    move(
        client, appointment, on(27, 14), price="0.01", room="99", status="completed",
        ends_at=on(27, 20).isoformat(), option="7", patient_move_count="-9",
    )  # fmt: skip

    row = Appointment.objects.get()
    assert (row.price, row.ends_at, row.status) == (appointment.price, on(27, 15), "booked")
    assert (row.option, row.patient_move_count) == (scene.option, 1)


def test_a_post_without_csrf_token_is_refused_with_a_message(appointment: Appointment) -> None:
    strict = Client(enforce_csrf_checks=True)
    for page in ("reschedule", "cancel", "undo", "confirm"):
        assert strict.post(address(appointment, page)).status_code == 403
