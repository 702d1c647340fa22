"""A phone number that may be wrong is saved, and whoever typed it is asked to look again."""

from datetime import datetime

import pytest
from django.test import Client

from booking.inputs import PersonalDetails
from booking.models import Appointment, ClinicProfile, Patient, Role
from booking.views.public.summary import person_rows
from tests import factories as make
from tests.people import browser_of, member
from tests.scene import make_weekday_clinic

pytestmark = [pytest.mark.django_db]
WARNING = "Please check 312 555 014: it has too few or too many digits."


@pytest.fixture
def desk(frozen_clock: datetime) -> Client:
    make_weekday_clinic()
    return browser_of(member(Role.OWNER))


def test_at_the_desk(desk: Client) -> None:
    patient = make.PatientFactory()
    address = f"/desk/patients/{patient.public_id}/"
    typed = {"name": "Ana", "email": "ana@mail.example", "phone": "312 555 014"}

    assert WARNING in desk.post(f"{address}edit/", typed, follow=True).content.decode()
    assert Patient.objects.get().phone == "312 555 014"
    page = desk.post(f"{address}edit/", typed | {"phone": "312 555 0142"}, follow=True)
    assert "Please check" not in page.content.decode()


def test_in_the_back_office(desk: Client) -> None:
    clinic = ClinicProfile.objects.get()
    address = f"/admin/booking/clinicprofile/{clinic.pk}/change/"
    form = desk.get(address).context["adminform"].form
    values = {field.html_name: field.value() for field in form if field.value()}

    page = desk.post(address, values | {"phone": "312 555 014"}, follow=True)

    assert WARNING in page.content.decode()
    assert ClinicProfile.objects.get().phone == "312 555 014"
    refused = desk.post(address, values | {"phone": "ask us"})
    assert "Please enter a phone number" in refused.content.decode()


def test_before_a_patient_books() -> None:
    details = PersonalDetails("Ana", "ana@mail.example", "312 555 014")
    clinic, hold = ClinicProfile(country="US"), Appointment()

    rows = {row["label"]: row for row in person_rows(details, hold, clinic)}

    assert rows["Phone"]["value"] == "312 555 014"
    assert rows["Phone"]["note"] == WARNING
