"""Links that ended when the patient's address changed say so and offer new links."""

import re

import pytest
from django.test import Client

from booking.actions.patients.update_patient import change_patient
from booking.inputs import PatientData
from booking.models import Appointment
from booking.queries.notifications.unsubscribes import make_unsubscribe_token
from clinic.lib.crypto.signed_links import TOKEN_LENGTH
from tests.factories import AppointmentFactory, ClinicProfileFactory
from tests.html import assert_valid, compact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGES = ("", "reschedule/", "cancel/", "confirm/", "appointment.ics")
UNKNOWN = "a" * TOKEN_LENGTH


@pytest.fixture
def ended() -> Appointment:
    """An appointment with the link that was in mails to the old address."""
    ClinicProfileFactory()
    appointment = AppointmentFactory()
    patient = appointment.patient
    assert patient is not None
    change_patient(patient, PatientData(patient.name, "new@mail.example", patient.phone))
    return appointment


def page_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 404
    assert "no-store" in response["Cache-Control"]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_an_ended_link_says_how_to_find_the_appointment(
    ended: Appointment, client: Client, page: str
) -> None:
    found = page_of(client, f"/appointments/{ended.link_token}/{page}")

    assert_valid(found)
    assert "This link has ended" in found
    assert 'action="/appointments/lost-link/"' in compact(found)
    assert "new@mail.example" not in found


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_link_gets_the_same_answer(
    ended: Appointment, client: Client, page: str
) -> None:
    old = page_of(client, f"/appointments/{ended.link_token}/{page}")

    assert page_of(client, f"/appointments/{UNKNOWN}/{page}") == old


@pytest.mark.parametrize("page", ["cancel/", "undo/", "confirm/", "reschedule/"])
def test_an_ended_link_changes_nothing(ended: Appointment, client: Client, page: str) -> None:
    assert client.post(f"/appointments/{ended.link_token}/{page}").status_code == 404
    assert Appointment.objects.get().status == "booked"


def test_the_form_on_that_page_mails_new_links_to_the_current_address(
    ended: Appointment, client: Client
) -> None:
    response = client.post("/appointments/lost-link/", {"email": "new@mail.example"})

    assert response.status_code == 303


def test_the_link_that_stops_thank_you_mails_ends_with_the_address_too(
    ended: Appointment, client: Client
) -> None:
    assert ended.patient is not None
    old = make_unsubscribe_token(ended.patient)
    ended.patient.refresh_from_db()

    assert "new@mail" not in page_of(client, f"/mail/stop/{old}/")
    assert client.post(f"/mail/stop/{old}/").status_code == 404
    ended.patient.refresh_from_db()
    assert ended.patient.no_extra_mail_since is None
    new = make_unsubscribe_token(ended.patient)
    assert client.get(f"/mail/stop/{new}/").status_code == 200
