"""Links that ended when the patient's address changed say so and offer new links."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

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


@pytest.mark.parametrize("path", ["abc/x", f"{UNKNOWN}/can", "a/b/c/d", f"{UNKNOWN}/cancel/now/"])
def test_a_link_that_was_cut_helps_to_find_the_appointment(client: Client, path: str) -> None:
    ClinicProfileFactory()
    found = page_of(client, f"/appointments/{path}")

    assert 'action="/appointments/lost-link/"' in compact(found)


def test_a_link_without_its_last_slash_leads_to_the_appointment(client: Client) -> None:
    ClinicProfileFactory()
    appointment = AppointmentFactory()
    response = client.get(f"/appointments/{appointment.link_token}", follow=True)

    assert response.status_code == 200
    assert appointment.therapist.name in response.content.decode()


def test_a_link_without_its_token_leads_to_the_form(client: Client) -> None:
    ClinicProfileFactory()

    assert client.get("/appointments/")["Location"] == "/appointments/lost-link/"


def test_the_cut_link_of_a_hold_helps_to_find_the_appointment(client: Client) -> None:
    ClinicProfileFactory()

    assert "Find your appointment" in page_of(client, "/book/hold/abc/")


def test_an_appointment_can_be_added_to_web_calendars_and_found_on_a_map(client: Client) -> None:
    ClinicProfileFactory(name="Lake & Sons", street="1 Main Street", city="Chicago")
    appointment = AppointmentFactory(option__treatment__neutral_name="massage")
    page = client.get(f"/appointments/{appointment.link_token}/").content.decode()
    links = {
        urlsplit(unescape(link)).netloc: parse_qs(urlsplit(unescape(link)).query)
        for link in re.findall(r'href="(https://[^"]+)"', page)
    }
    google, outlook = links["calendar.google.com"], links["outlook.live.com"]

    assert google["text"] == outlook["subject"] == ["Lake & Sons: massage"]
    assert google["dates"] == [
        f"{appointment.starts_at:%Y%m%dT%H%M%SZ}/{appointment.ends_at:%Y%m%dT%H%M%SZ}"
    ]
    assert outlook["startdt"] == [f"{appointment.starts_at:%Y-%m-%dT%H:%M:%SZ}"]
    assert "1 Main Street" in google["location"][0]
    assert "1 Main Street" in links["www.google.com"]["destination"][0]
    assert 'href="geo:0,0?q=1%20Main%20Street' in page
    for values in links.values():
        assert appointment.link_token not in str(values)
        assert appointment.option.treatment.name not in str(values)
