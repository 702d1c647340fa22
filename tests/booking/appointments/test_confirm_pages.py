"""The page for confirming attendance."""

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions.appointments.reschedule import reschedule_appointment
from booking.models import Appointment
from tests.booking.appointments.guest_pages import STAFF, booked, post, read
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic()


@pytest.fixture
def appointment(scene: Scene) -> Appointment:
    """Thursday at 10."""
    return booked(scene, on(26, 10))


def test_a_reminded_patient_can_confirm_with_one_click(
    client: Client, appointment: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = on(24, 8, 59)
    assert "Yes, I will come" not in read(client, appointment)
    settings.CLINIC_CLOCK = on(24, 10)  # the reminder comes
    assert "Yes, I will come" in read(client, appointment)
    assert "Yes, I will come" in read(client, appointment, "confirm")
    answers = [post(client, appointment, "confirm").status_code for _ in range(2)]
    text = read(client, appointment)

    assert answers == [303, 303]
    assert "Thank you. We look forward to seeing you." in text
    assert "You told us that you will come." in text
    assert "Yes, I will come" not in text
    assert "We are expecting you" in read(client, appointment, "confirm")
    assert Appointment.objects.get().attendance_confirmed_at == settings.CLINIC_CLOCK


def test_a_recently_booked_appointment_asks_for_no_confirmation(
    client: Client, appointment: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = on(24, 9, 30)
    reschedule_appointment(appointment, start=on(25, 10), by=STAFF)
    settings.CLINIC_CLOCK = on(24, 10)
    assert "Yes, I will come" not in read(client, appointment)
    settings.CLINIC_CLOCK = on(25, 7)  # three hours before, the last reminder

    assert "Yes, I will come" in read(client, appointment)


def test_a_clinic_without_reminders_asks_for_no_confirmation(
    client: Client, scene: Scene, appointment: Appointment, settings: Settings
) -> None:
    scene.clinic.reminder_hours = []
    scene.clinic.save()
    settings.CLINIC_CLOCK = on(26, 9)

    assert "Yes, I will come" not in read(client, appointment)
