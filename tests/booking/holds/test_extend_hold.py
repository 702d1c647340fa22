"""A hold can be extended ten times."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from booking.models import Appointment
from tests.booking.appointments.test_booking_journey import ANA, hold_url
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic()


def test_a_hold_is_extended_with_one_click(
    client: Client, scene: Scene, settings: Settings
) -> None:
    url = hold_url(client, scene, on(24, 10))
    settings.CLINIC_CLOCK += timedelta(minutes=9)
    response = client.post(f"{url}extend/")

    hold = Appointment.objects.get()
    assert (response.status_code, response["Location"]) == (303, url)
    assert hold.hold_expires_at == settings.CLINIC_CLOCK + timedelta(minutes=10)
    assert [event.kind for event in hold.events.all()] == ["held", "extended"]


def test_extending_leads_back_to_the_same_step(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    client.post(url, ANA)

    assert client.post(f"{url}extend/", {"step": "review"})["Location"] == f"{url}review/"


def test_a_hold_can_be_extended_ten_times(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    for _ in range(10):
        assert "hold-extend" in client.get(f"{url}questions/").content.decode()
        client.post(f"{url}extend/")
    until = Appointment.objects.get().hold_expires_at
    client.post(f"{url}extend/")

    assert Appointment.objects.get().hold_expires_at == until
    assert "data-hold-extend" not in client.get(f"{url}questions/").content.decode()


def test_extending_an_expired_hold_takes_the_time_again(
    client: Client, scene: Scene, settings: Settings
) -> None:
    url = hold_url(client, scene, on(24, 10))
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    response = client.post(f"{url}extend/")

    assert response.status_code == 303
    assert response["Location"] not in (url, f"{url}review/")
