"""From choosing a time to the appointment, through the pages, without a browser."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from booking.lifecycle import Status
from booking.models import Appointment, Notification, Patient
from booking.notifications.rendering import render
from tests.booking.health.answers import all_no
from tests.scene import Scene, make_weekday_clinic, on

ANA = {
    "name": "Ana Reader",
    "email": "ana@reader.example",
    "phone": "312 555 0142",
    "note": "Second door on the left, please.",
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic()


def choose(client: Client, scene: Scene, start: datetime, **more: Any) -> Any:
    data = {"option": scene.option.pk, "therapist": "", "start": start.isoformat(), **more}
    return client.post("/book/swedish/", data)


def hold_url(client: Client, scene: Scene, start: datetime) -> str:
    client.get("/book/swedish/")
    response = choose(client, scene, start)
    assert response.status_code == 303
    return str(response["Location"]).removesuffix("questions/")


def answer_and_review(client: Client, url: str) -> str:
    """ "None of these" to all questions; the address of the next step."""
    response = client.post(f"{url}questions/", all_no())
    assert response.status_code == 303
    return str(response["Location"])


@pytest.mark.postgresql
def test_a_guest_books_from_the_list_to_the_appointment(client: Client, scene: Scene) -> None:
    assert client.get("/book/").status_code == 200
    assert client.get("/book/swedish/").status_code == 200
    url = hold_url(client, scene, on(24, 10))
    first = client.get(url)
    assert (first.status_code, first["Location"]) == (303, f"{url}questions/")
    assert client.get(first["Location"]).status_code == 200
    assert answer_and_review(client, url) == url
    assert client.get(url).status_code == 200
    booked = client.post(url, ANA)
    assert booked.status_code == 303
    page = client.get(booked["Location"])

    appointment = Appointment.objects.get()
    assert appointment.status == Status.BOOKED
    assert appointment.starts_at == on(24, 10)
    assert appointment.patient_note == ANA["note"]
    assert appointment.draft == ""
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "Tuesday 24 November 2026" in page.content.decode()
    assert [event.kind for event in appointment.events.all()] == ["held", "booked"]


def test_details_typed_before_the_questions_are_kept_for_the_review(
    client: Client, scene: Scene
) -> None:
    url = hold_url(client, scene, on(24, 10))
    about = client.post(url, ANA)
    assert (about.status_code, about["Location"]) == (303, f"{url}questions/")
    review = answer_and_review(client, url)

    assert review == f"{url}review/"
    assert "Ana Reader" in client.get(review).content.decode()
    assert client.post(review).status_code == 303
    assert Appointment.objects.get().status == Status.BOOKED


@pytest.mark.parametrize(("day", "can_change_online"), [(23, False), (25, True)])
def test_before_booking_it_is_said_whether_it_can_be_changed_online(
    client: Client, scene: Scene, day: int, can_change_online: bool
) -> None:
    url = hold_url(client, scene, on(day, 15))
    client.post(url, ANA)
    review = answer_and_review(client, url)

    for address in (url, review):
        page = client.get(address).content.decode()
        assert ("free of charge until" in page) == can_change_online, address
        assert ("This appointment is soon" in page) != can_change_online, address


@pytest.mark.parametrize("place", ["note", "q26-text"])
def test_despair_in_a_wish_is_answered_with_whom_to_call_and_never_blocks(
    client: Client, scene: Scene, place: str
) -> None:
    words = "I feel I cannot go on any more."
    answers = {} if place == "note" else {place: words}
    url = hold_url(client, scene, on(24, 10))
    answered = client.post(f"{url}questions/", all_no(**answers))
    note = words if place == "note" else ""
    booked = client.post(url, {**ANA, "note": note})
    page = client.get(booked["Location"]).content.decode()
    mail = Notification.objects.get(kind="read_first")

    assert answered["Location"] == url
    assert "?" not in booked["Location"]
    assert 'href="tel:988"' in page
    assert 'href="tel:911"' in page
    assert Appointment.objects.get().status == Status.BOOKED
    assert "go on" not in render(mail).text
    assert str(Appointment.objects.get().public_id) in render(mail).text


@pytest.mark.postgresql
def test_a_double_click_on_a_time_gives_one_hold(client: Client, scene: Scene) -> None:
    client.get("/book/swedish/")
    first, second = (choose(client, scene, on(24, 10)) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


@pytest.mark.postgresql
def test_confirming_twice_gives_one_appointment(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    client.post(url, ANA)
    answer_and_review(client, url)
    first, second = (client.post(f"{url}review/") for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == Patient.objects.count() == 1


def test_going_back_after_booking_leads_to_the_appointment(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    client.post(url, ANA)
    booked = client.post(answer_and_review(client, url))

    assert client.get(url)["Location"] == booked["Location"]
    assert client.post(url, ANA)["Location"] == booked["Location"]


def test_the_steps_of_an_old_booking_are_gone_after_an_hour(
    client: Client, scene: Scene, settings: Settings
) -> None:
    url = hold_url(client, scene, on(24, 10))
    client.post(url, ANA)
    client.post(answer_and_review(client, url))
    settings.CLINIC_CLOCK += timedelta(hours=2)

    assert client.get(url).status_code == 410


@pytest.mark.postgresql
def test_a_guest_whose_time_was_taken_is_offered_the_nearest_times(
    client: Client, scene: Scene
) -> None:
    hold_url(Client(), scene, on(24, 10))
    response = choose(client, scene, on(24, 10))

    page = response.content.decode()
    assert response.status_code == 409
    assert "someone was faster" in page
    assert f'value="{on(24, 11, 15).isoformat()}"' in page
    assert f'value="{on(24, 10).isoformat()}"' not in page


def test_bad_details_are_explained_and_kept(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    response = client.post(url, {**ANA, "email": "ana@", "phone": "12"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "It should look like name@example.com" in page
    assert 'value="Ana Reader"' in page
    assert 'value="ana@"' in page
    assert ANA["note"] in page


def test_what_was_typed_is_still_there_on_return(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    client.post(url, ANA)
    answer_and_review(client, url)

    assert 'value="Ana Reader"' in client.get(url).content.decode()


def test_review_without_details_asks_for_them_first(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    response = client.get(f"{url}review/")

    assert (response.status_code, response["Location"]) == (303, url)


@pytest.mark.postgresql
def test_a_time_given_back_is_free_for_others(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    response = client.post(f"{url}release/")

    assert response.status_code == 303
    assert (
        response["Location"] == f"/book/swedish/?option={scene.option.pk}&therapist=&day=2026-11-24"
    )
    assert choose(Client(), scene, on(24, 10)).status_code == 303


@pytest.mark.postgresql
def test_looking_at_pages_changes_nothing(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    before = list(Appointment.objects.values())
    for path in ("/book/", "/book/swedish/", url, f"{url}review/"):
        client.get(path)
    client.get(f"{url}questions/")

    assert list(Appointment.objects.values()) == before
    assert client.get(f"{url}release/").status_code == 405
    assert client.get(f"{url}again/").status_code == 405
