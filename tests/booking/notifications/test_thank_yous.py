"""Thank-you mails: off by default, sent the next day, unsubscribed with one click."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions.notifications.notification_settings import set_notification_settings
from booking.actions.notifications.queue_thank_yous import queue_thank_you_mails
from booking.lifecycle import Status
from booking.models import Appointment, Notification, Patient
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from booking.queries.notifications.unsubscribes import make_unsubscribe_token
from tests.factories import AppointmentFactory, ClinicProfileFactory, PatientFactory
from tests.scene import at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def clinic() -> None:
    ClinicProfileFactory()


def completed(**values: object) -> Appointment:
    return AppointmentFactory(starts_at=at(9, day=MONDAY), status=Status.COMPLETED, **values)


def test_thank_yous_are_off_by_default(settings: Settings) -> None:
    completed()

    assert queue_thank_you_mails(settings.CLINIC_CLOCK) == 0


def test_a_thank_you_is_sent_once_late_the_next_morning(settings: Settings) -> None:
    set_notification_settings(hours=[], thanks=True)
    completed()
    AppointmentFactory(starts_at=at(9, day=MONDAY))  # nobody has said that they came

    assert queue_thank_you_mails(settings.CLINIC_CLOCK) == 1
    assert queue_thank_you_mails(settings.CLINIC_CLOCK + timedelta(minutes=1)) == 0
    row = Notification.objects.get()
    assert row.due_at == at(10)
    assert "https://clinic.example/book/" in render(row).text


def test_switching_thank_yous_on_sends_none_for_old_appointments(settings: Settings) -> None:
    set_notification_settings(hours=[], thanks=True)
    AppointmentFactory(starts_at=settings.CLINIC_CLOCK - timedelta(days=4), status=Status.COMPLETED)

    assert queue_thank_you_mails(settings.CLINIC_CLOCK) == 0


@pytest.mark.parametrize("change", ["switched off", "not completed", "stopped"])
def test_a_thank_you_is_checked_again_when_it_is_due(
    settings: Settings, client: Client, change: str
) -> None:
    set_notification_settings(hours=[], thanks=True)
    appointment = completed()
    queue_thank_you_mails(settings.CLINIC_CLOCK)
    if change == "switched off":
        set_notification_settings(hours=[], thanks=False)
    elif change == "not completed":
        Appointment.objects.update(status=Status.NO_SHOW)
    elif appointment.patient is not None:
        client.post(f"/mail/stop/{make_unsubscribe_token(appointment.patient)}/")
    settings.CLINIC_CLOCK = at(10)

    assert deliver_due() == {"dropped": 1}


class TestStopping:
    def test_a_get_asks_and_changes_nothing(self, client: Client) -> None:
        patient = PatientFactory(email="ana@reader.example")
        page = client.get(f"/mail/stop/{make_unsubscribe_token(patient)}/")

        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert "a***@reader.example" in page.content.decode()
        assert not Patient.objects.filter(no_extra_mail_since__isnull=False).exists()

    def test_one_click_unsubscribe_works_without_cookies(self, settings: Settings) -> None:
        patient = PatientFactory(email="Ana@Reader.example")
        other = PatientFactory(email="ana@reader.EXAMPLE")
        stranger = PatientFactory()
        strict = Client(enforce_csrf_checks=True)
        answer = strict.post(
            f"/mail/stop/{make_unsubscribe_token(patient)}/", {"List-Unsubscribe": "One-Click"}
        )

        assert answer.status_code == 200
        stopped = Patient.objects.filter(no_extra_mail_since=settings.CLINIC_CLOCK)
        assert set(stopped) == {patient, other}
        assert stranger not in stopped

    def test_unsubscribing_applies_to_all_patients_with_the_address(
        self, settings: Settings
    ) -> None:
        set_notification_settings(hours=[], thanks=True)
        patient = PatientFactory(email="ana@reader.example")
        Client().post(f"/mail/stop/{make_unsubscribe_token(patient)}/")
        completed(patient__email="ana@reader.example")

        assert queue_thank_you_mails(settings.CLINIC_CLOCK) == 0

    @pytest.mark.parametrize("bad", ["x", "a" * 48, "\x00", "a" * 100_000])
    def test_a_forged_link_is_404(self, client: Client, bad: str) -> None:
        assert client.post(f"/mail/stop/{bad}/").status_code == 404

    def test_a_link_of_another_purpose_is_404(self, client: Client) -> None:
        appointment = completed()

        assert client.get(f"/mail/stop/{appointment.link_token}/").status_code == 404
