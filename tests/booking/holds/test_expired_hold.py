"""The pages of an expired hold: the draft is kept, and a free time can be taken again."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from booking.lifecycle import Status
from booking.models import Appointment
from tests.booking.appointments.test_booking_journey import ANA, answer_and_review, choose, hold_url
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic()


@pytest.fixture
def lapsed(client: Client, scene: Scene, settings: Settings) -> str:
    """The address of a hold with details typed, which has run out."""
    url = hold_url(client, scene, on(24, 10))
    client.post(url, ANA)
    answer_and_review(client, url)
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    return url


def test_an_expired_hold_says_so_and_keeps_the_draft(client: Client, lapsed: str) -> None:
    for path in (lapsed, f"{lapsed}review/"):
        response = client.get(path)
        assert response.status_code == 410
        assert "What you typed is kept" in response.content.decode()


def test_an_expired_hold_can_be_taken_again(client: Client, lapsed: str) -> None:
    again = client.post(f"{lapsed}again/")
    booked = client.post(again["Location"])

    assert again.status_code == booked.status_code == 303
    appointment = Appointment.objects.get(status=Status.BOOKED)
    assert appointment.patient is not None
    assert appointment.patient.name == "Ana Reader"
    assert Appointment.objects.filter(status=Status.EXPIRED).count() == 1


def test_confirming_too_late_takes_the_time_again_and_asks_to_confirm(
    client: Client, lapsed: str
) -> None:
    response = client.post(f"{lapsed}review/")

    assert response.status_code == 303
    assert response["Location"].endswith("/review/")
    assert response["Location"] != f"{lapsed}review/"


def test_details_sent_too_late_are_kept(client: Client, scene: Scene, settings: Settings) -> None:
    url = hold_url(client, scene, on(24, 10))
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    response = client.post(url, ANA)

    assert response.status_code == 303
    answer_and_review(client, response["Location"].removesuffix("review/"))
    assert "Ana Reader" in client.get(response["Location"]).content.decode()


def test_when_the_time_was_taken_the_nearest_times_keep_the_details(
    client: Client, scene: Scene, lapsed: str
) -> None:
    assert choose(Client(), scene, on(24, 10)).status_code == 303
    gone = client.post(f"{lapsed}again/")
    token = lapsed.rstrip("/").rsplit("/", 1)[-1]
    other = choose(client, scene, on(24, 11, 15), after=token)

    assert gone.status_code == 409
    assert f'name="after" value="{token}"' in gone.content.decode()
    review = other["Location"].removesuffix("questions/") + "review/"
    assert "Ana Reader" in client.get(review).content.decode()
