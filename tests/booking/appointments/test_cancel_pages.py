"""The pages for cancelling an appointment and undoing that."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.lock_appointment import CHANGE_PER_APPOINTMENT_LIMIT
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    Notification,
    RateLimitCounter,
    Treatment,
)
from tests.booking.appointments.guest_pages import STAFF, address, booked, post, read
from tests.conftest import ModuleDatabase
from tests.html import assert_valid, attribute, text_of
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGES = ("", "reschedule", "cancel", "confirm")


@pytest.fixture(scope="module")
def shared(module_database: ModuleDatabase) -> tuple[Scene, Appointment]:
    """Thursday at 10. What a test changes is undone."""
    with module_database():
        scene = make_weekday_clinic()
        return scene, booked(scene, on(26, 10))


@pytest.fixture
def scene(shared: tuple[Scene, Appointment]) -> Scene:
    return deepcopy(shared[0])


@pytest.fixture
def appointment(shared: tuple[Scene, Appointment]) -> Appointment:
    return deepcopy(shared[1])


@pytest.mark.postgresql
def test_a_program_that_opens_every_link_changes_nothing(
    client: Client, appointment: Appointment
) -> None:
    def everything() -> list[Any]:
        return [
            list(model.objects.values()) for model in (Appointment, AppointmentEvent, Notification)
        ]

    before = everything()
    answers = [
        (response.status_code, response["Cache-Control"], "Set-Cookie" in response)
        for page in PAGES
        for response in (
            client.get(address(appointment, page)), client.head(address(appointment, page))
        )
    ]  # fmt: skip

    assert answers == [(200, "no-store, private", False)] * 8
    assert client.get(address(appointment, "undo")).status_code == 405
    assert everything() == before


def test_cancelling_asks_first_and_offers_to_move_instead(
    client: Client, appointment: Appointment
) -> None:
    text = read(client, appointment, "cancel")

    assert "Cancel your appointment?" in text
    assert "Thursday 26 November 2026" in text
    assert "Move it instead" in text


def test_cancelling_needs_no_reason_and_says_that_it_is_done(
    client: Client, appointment: Appointment
) -> None:
    response = post(client, appointment, "cancel")
    text = read(client, appointment)

    assert (response.status_code, response["Location"]) == (303, address(appointment))
    assert Appointment.objects.get().status == Status.CANCELLED
    assert "Your appointment has been canceled. It costs you nothing." in text
    assert "Until 12:10 pm you can take the cancellation back" in text
    assert "How to prepare" not in text


def test_a_reason_is_kept_for_the_clinic_and_shown_to_nobody_else(
    client: Client, appointment: Appointment
) -> None:
    post(client, appointment, "cancel", reason="It is too far\r\nfor me.")

    assert Appointment.objects.get().cancel_reason == "It is too far\nfor me."
    assert "too far" not in read(client, appointment)


@pytest.mark.postgresql
def test_a_double_click_cancels_once(client: Client, appointment: Appointment) -> None:
    answers = [post(client, appointment, "cancel", reason="a").status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert Notification.objects.filter(kind="cancelled").count() == 1


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("x" * 501, "Please use at most 500 characters."),
        ("x" * 100_000, "Please use at most 500 characters."),
        ("\x00", "Null characters are not allowed."),
    ],
    ids=["too long", "far too long", "NUL"],
)
def test_an_invalid_reason_is_explained_and_kept(
    client: Client, appointment: Appointment, reason: str, sentence: str
) -> None:
    response = post(client, appointment, "cancel", reason=reason)

    assert response.status_code == 422
    document = assert_valid(response.content.decode().replace("\x00", ""))
    assert "#id_reason" in attribute(document, "a", "href")
    assert text_of(document).count(sentence) == 2
    assert reason.strip("\x00") in text_of(document)
    assert Appointment.objects.get().status == Status.BOOKED


def test_a_line_break_counts_once(client: Client, appointment: Appointment) -> None:
    """A browser lets 500 characters through and sends each of their line breaks as two."""
    assert post(client, appointment, "cancel", reason="x\r\n" * 250 + "y").status_code == 422
    assert post(client, appointment, "cancel", reason="x\r\n" * 249 + "yz").status_code == 303


def test_a_request_that_is_too_large_is_413(client: Client, appointment: Appointment) -> None:
    assert post(client, appointment, "cancel", reason="x" * 300_000).status_code == 413


def test_inside_the_window_a_phone_number_replaces_the_button(
    client: Client, appointment: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = on(25, 12)
    for response in (
        client.get(address(appointment, "cancel")),
        post(client, appointment, "cancel"),
    ):
        document = assert_valid(response.content.decode())
        assert response.status_code == 409
        assert "Please call us at 312-555-0100" in text_of(document)
    document = assert_valid(client.get(address(appointment)).content.decode())
    assert "It is less than 24 hours until the appointment" in text_of(document)
    assert address(appointment, "cancel") not in attribute(document, "a", "href")
    assert address(appointment, "reschedule") not in attribute(document, "a", "href")
    assert "If your plans change" not in text_of(document)
    assert Appointment.objects.get().status == Status.BOOKED


def test_after_three_moves_the_page_still_offers_to_cancel(
    client: Client, appointment: Appointment
) -> None:
    Appointment.objects.update(patient_move_count=3)
    text = read(client, appointment)

    assert "You have moved this appointment 3 times already." in text
    assert "You can cancel the appointment here, free of charge" in text
    assert "Move it instead" not in read(client, appointment, "cancel")


def test_an_appointment_that_is_over_offers_no_change(
    client: Client, appointment: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = on(26, 11)
    text = read(client, appointment)

    assert "This appointment is over." in text
    assert "Cancel it" not in text
    for page in ("cancel", "confirm"):
        assert post(client, appointment, page).status_code == 410
        assert client.get(address(appointment, page)).status_code == 410


@pytest.mark.postgresql
def test_a_cancellation_can_be_undone_with_one_click(
    client: Client, appointment: Appointment
) -> None:
    post(client, appointment, "cancel")
    answers = [post(client, appointment, "undo").status_code for _ in range(2)]
    text = read(client, appointment)

    assert answers == [303, 303]
    assert Appointment.objects.get().status == Status.BOOKED
    assert "Your appointment is booked again." in text
    assert "Undo the cancellation" not in text
    assert Notification.objects.filter(kind="restored").count() == 1


def test_after_ten_minutes_it_stays_cancelled_and_others_are_offered(
    client: Client, appointment: Appointment, settings: Settings
) -> None:
    post(client, appointment, "cancel")
    settings.CLINIC_CLOCK += timedelta(minutes=10)
    response = post(client, appointment, "undo")

    document = assert_valid(response.content.decode())
    assert response.status_code == 410
    assert "can no longer be undone here" in text_of(document)
    assert on(26, 10).isoformat() in attribute(document, "button", "value", name="start")
    assert "Undo the cancellation" not in read(client, appointment)


@pytest.mark.postgresql
def test_when_the_time_is_taken_the_nearest_others_are_offered(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    post(client, appointment, "cancel")
    booked(scene, on(26, 10))
    response = post(client, appointment, "undo")

    document = assert_valid(response.content.decode())
    assert response.status_code == 409
    assert "The cancellation could not be undone" in text_of(document)
    assert on(26, 11, 15).isoformat() in attribute(document, "button", "value", name="start")


def test_a_cancellation_by_the_clinic_cannot_be_undone_by_the_patient(
    client: Client, appointment: Appointment
) -> None:
    cancel_appointment(appointment, by=STAFF)
    text = read(client, appointment)

    assert "We are sorry: we have had to cancel this appointment." in text
    assert "Undo" not in text
    assert post(client, appointment, "undo").status_code == 410


def test_all_treatments_are_offered_when_this_one_was_discontinued(
    client: Client, appointment: Appointment
) -> None:
    post(client, appointment, "cancel")
    Treatment.objects.update(is_active=False)
    links = attribute(assert_valid(client.get(address(appointment)).content.decode()), "a", "href")

    assert "/book/swedish/" not in links
    assert client.get("/book/").status_code == 200


@pytest.mark.postgresql
def test_cancelling_and_undoing_is_limited(
    client: Client, appointment: Appointment, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    first = post(client, appointment, "cancel").status_code
    counters = RateLimitCounter.objects.filter(count=1)
    assert counters.update(count=CHANGE_PER_APPOINTMENT_LIMIT.most - 2) == 2  # address and this one
    answers = [post(client, appointment, page).status_code for page in ("undo", "cancel")]
    refused = [post(client, appointment, page).status_code for page in ("undo", "cancel", "undo")]

    assert CHANGE_PER_APPOINTMENT_LIMIT.most == 20
    assert [first, *answers] == [303] * 3
    assert refused == [429] * 3


@pytest.mark.postgresql
@pytest.mark.parametrize("moves", [0, 1, 3])
def test_the_number_of_queries_does_not_grow_with_its_history(
    client: Client,
    appointment: Appointment,
    moves: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(moves):
        reschedule_appointment(appointment, start=on(27, 10 + number), by=STAFF)
    with django_assert_num_queries(6 + (moves > 0)):  # one records that the page is read
        client.get(address(appointment))
    with django_assert_num_queries(3):
        client.get(address(appointment, "cancel"))
    with django_assert_num_queries(3):
        client.get(address(appointment, "confirm"))
