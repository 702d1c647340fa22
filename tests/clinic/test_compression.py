"""Shared pages are compressed, personal ones are not."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import AppointmentFactory
from tests.scene import make_weekday_clinic

ASKED = {"Accept-Encoding": "gzip"}


@pytest.mark.django_db
def test_shared_pages_are_compressed(client: Client) -> None:
    make_weekday_clinic()

    answer = client.get("/book/swedish/", headers=ASKED)

    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.django_db
def test_personal_pages_are_not_compressed(client: Client) -> None:
    clinic = make_weekday_clinic().clinic
    appointment = AppointmentFactory.create()

    answer = client.get(reverse("appointment", args=[appointment.link_token]), headers=ASKED)

    assert clinic.name in answer.content.decode()
    assert "Content-Encoding" not in answer
