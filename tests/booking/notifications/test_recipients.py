"""Mails follow the patient: they go to the address on the record when they are sent."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parseaddr

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.actions.patients.update_patient import change_patient
from booking.actions.patients.verify_email import request_email_verification
from booking.inputs import ContactDetails, PatientData, PersonalDetails
from booking.models import Appointment, Notification, Patient, Role
from booking.notifications.delivery import deliver_due
from booking.notifications.leasing import lease_next_notification
from booking.notifications.subjects.accounts import notify_sign_in_code
from booking.notifications.subjects.appointments import notify_booked
from tests.booking.notifications.own_senders import deliver_leased, inline_senders
from tests.factories import AppointmentFactory, NotificationFactory, PatientFactory
from tests.people import member
from tests.scene import GUEST, Scene, at, fresh, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "inline_senders"),
    pytest.mark.postgresql,
]

__all__ = ["inline_senders"]
WRONG, RIGHT = "wrong@exmaple.com", "right@example.com"
ADA = PersonalDetails("Ada Example", WRONG, "312-555-0101")


@pytest.fixture(autouse=True)
def outgoing(settings: Settings) -> list[EmailMessage]:
    """Mails leave into a list."""
    settings.EMAIL_URL = "smtp://mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def scene() -> Scene:
    return make_clinic(cancellation_hours=1)


@pytest.fixture
def booked(scene: Scene) -> Appointment:
    """An appointment of Ada's on Thursday, whose mails wait."""
    start = at(10) + timedelta(days=2)
    return book_appointment(scene.hold(start, browser_key=str(start)), ADA, by=GUEST)


def patient_of(appointment: Appointment) -> Patient:
    patient = fresh(appointment).patient
    assert patient is not None
    return patient


def correct(patient: Patient, email: str = RIGHT, name: str = "Ada Example") -> None:
    change_patient(patient, PatientData(name, email, patient.phone))


def recipients(mails: Sequence[EmailMessage]) -> list[str]:
    return [parseaddr(to)[1] for mail in mails for to in mail.recipients()]


def is_open(client: Client, token: str) -> bool:
    return client.get(f"/appointments/{token}/").status_code == 200


def test_waiting_mails_go_to_the_corrected_address(
    booked: Appointment, outgoing: list[EmailMessage], settings: Settings
) -> None:
    correct(patient_of(booked), name="Ada Wright")
    deliver_due()
    settings.CLINIC_CLOCK += timedelta(days=2)
    deliver_due()

    assert recipients(outgoing) == [RIGHT, RIGHT]
    assert outgoing[0].to == [f"Ada Wright <{RIGHT}>"]
    assert "Dear Ada Wright," in outgoing[0].body
    assert fresh(booked).link_token in outgoing[0].body
    assert [row.to_email for row in Notification.objects.filter(status="sent")] == [RIGHT, RIGHT]


@contextmanager
def use_backend(settings: Settings, name: str) -> Iterator[None]:
    """Send with a backend of this module; after it, into the list again."""
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.{name}"
    yield
    settings.EMAIL_BACKEND = usual


class Away(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, _mails: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError


def test_a_text_rendered_with_the_old_address_is_rendered_again(
    booked: Appointment, outgoing: list[EmailMessage], settings: Settings
) -> None:
    old_token = booked.link_token
    row = lease_next_notification()
    assert row is not None
    with use_backend(settings, "Away"):
        deliver_leased(row)
    assert Notification.objects.get(pk=row.pk).rendered

    correct(patient_of(booked))
    settings.CLINIC_CLOCK += timedelta(hours=1)
    deliver_due()

    assert recipients(outgoing) == [RIGHT]
    assert old_token not in outgoing[0].body
    assert fresh(booked).link_token in outgoing[0].body


def test_a_corrected_name_is_used_although_the_mail_was_rendered(
    booked: Appointment, outgoing: list[EmailMessage], settings: Settings
) -> None:
    row = lease_next_notification()
    assert row is not None
    with use_backend(settings, "Away"):
        deliver_leased(row)

    correct(patient_of(booked), email=WRONG, name="Zoë Example")
    settings.CLINIC_CLOCK += timedelta(hours=1)
    deliver_due()

    assert "Dear Zoë Example," in outgoing[0].body
    assert fresh(booked).link_version == 1


def test_a_leased_unsent_mail_goes_only_to_the_new_address(
    booked: Appointment, outgoing: list[EmailMessage]
) -> None:
    row = lease_next_notification()
    assert row is not None
    correct(patient_of(booked))

    deliver_leased(row)
    deliver_due()

    assert set(recipients(outgoing)) == {RIGHT}
    assert Notification.objects.get(pk=row.pk).status == "sent"


class Meanwhile(BaseEmailBackend):
    """A mail server that takes so long that something else happens meanwhile."""

    event: Callable[[], object]

    def send_messages(self, mails: Sequence[EmailMessage]) -> int:
        type(self).event()
        mail.outbox.extend(mails)
        return len(mails)


def test_a_mail_being_sent_is_sent_again_and_its_link_ends(
    booked: Appointment, outgoing: list[EmailMessage], client: Client, settings: Settings
) -> None:
    row = lease_next_notification()
    assert row is not None
    Meanwhile.event = lambda: correct(patient_of(booked))
    with use_backend(settings, "Meanwhile"):
        deliver_leased(row)
    deliver_due()

    assert recipients(outgoing) == [WRONG, RIGHT]
    assert not is_open(client, booked.link_token)
    assert booked.link_token in outgoing[0].body
    assert fresh(booked).link_token in outgoing[1].body


def test_a_new_address_ends_the_links_of_all_appointments(
    booked: Appointment, client: Client
) -> None:
    past = AppointmentFactory(patient=patient_of(booked), status="completed")
    others = AppointmentFactory(patient=PatientFactory(email=WRONG))
    old = [booked.link_token, past.link_token]
    assert all(is_open(client, token) for token in old)

    correct(patient_of(booked))

    assert not any(is_open(client, token) for token in old)
    assert is_open(client, fresh(booked).link_token)
    assert is_open(client, others.link_token), "another patient with the same address"


@pytest.mark.parametrize("email", [WRONG, WRONG.upper()])
def test_another_spelling_of_the_same_address_keeps_its_links(
    booked: Appointment, client: Client, email: str
) -> None:
    correct(patient_of(booked), email=email, name="Ada B.")

    assert is_open(client, booked.link_token)


def test_a_first_address_ends_no_link(client: Client) -> None:
    make_clinic()
    appointment = AppointmentFactory(patient__email="")
    correct(patient_of(appointment))

    assert is_open(client, appointment.link_token)


def test_without_an_address_no_mail_is_sent(
    booked: Appointment, outgoing: list[EmailMessage]
) -> None:
    correct(patient_of(booked), email="")

    assert deliver_due() == {"dropped": 1}
    assert outgoing == []


def test_a_correction_does_not_affect_another_patient_with_the_address(
    booked: Appointment, outgoing: list[EmailMessage]
) -> None:
    other = AppointmentFactory(patient__email=WRONG, starts_at=at(14))
    with transaction.atomic():
        notify_booked(other)
    correct(patient_of(booked))
    deliver_due()

    assert sorted(recipients(outgoing)) == [RIGHT, WRONG]


def merge_ada_into(
    kept: Patient, booked: Appointment, email: str
) -> tuple[Patient, Callable[[], Patient]]:
    """Merge Ada into a record; return hers, and what takes the merge back."""
    desk, ada = member(Role.FRONTDESK, app=False), patient_of(booked)
    merge = merge_patients(kept, ada, ContactDetails("Ada B.", email, ""), by=desk)
    return ada, lambda: undo_merge(merge, by=desk)


def test_after_a_merge_mails_go_to_the_remaining_address(
    booked: Appointment, outgoing: list[EmailMessage], client: Client
) -> None:
    merge_ada_into(PatientFactory(email=RIGHT), booked, RIGHT)
    deliver_due()

    assert outgoing[0].to == [f'"Ada B." <{RIGHT}>']
    assert not is_open(client, booked.link_token)


def test_after_undoing_a_merge_mails_go_to_the_old_address(
    booked: Appointment, outgoing: list[EmailMessage], client: Client
) -> None:
    _ada, take_back = merge_ada_into(PatientFactory(email=RIGHT), booked, RIGHT)
    between = fresh(booked).link_token
    take_back()
    deliver_due()

    assert recipients(outgoing) == [WRONG]
    assert not is_open(client, between)
    assert is_open(client, fresh(booked).link_token)


def test_a_merge_that_keeps_the_address_keeps_the_links(
    booked: Appointment, client: Client
) -> None:
    kept = AppointmentFactory(patient__email=RIGHT)
    assert kept.patient is not None
    merge_ada_into(kept.patient, booked, WRONG)

    assert is_open(client, booked.link_token)
    assert not is_open(client, kept.link_token)


def test_undoing_a_merge_keeps_later_corrections(
    booked: Appointment, frozen_clock: datetime
) -> None:
    kept = PatientFactory(
        name="Ada B.", email="old@example.com", undeliverable_since=frozen_clock, phone="1"
    )
    ada, take_back = merge_ada_into(kept, booked, "old@example.com")
    kept.refresh_from_db()
    correct(kept, name="Ada B.")

    take_back()

    kept.refresh_from_db()
    ada.refresh_from_db()
    assert (kept.email, kept.undeliverable_since, kept.phone) == (RIGHT, None, "1")
    assert (ada.email, ada.merged_into) == (WRONG, None)


def test_sign_in_codes_and_verifications_go_to_the_requested_address(
    scene: Scene, outgoing: list[EmailMessage]
) -> None:
    patient = PatientFactory(email=WRONG)
    notify_sign_in_code(WRONG, "ABC-DEF")
    request_email_verification(scene.hold(at(15)), WRONG, by=GUEST)
    correct(patient)
    deliver_due()

    assert recipients(outgoing) == [WRONG, WRONG]


def test_requested_links_go_only_to_the_current_address(
    booked: Appointment, outgoing: list[EmailMessage]
) -> None:
    Notification.objects.all().delete()
    NotificationFactory(kind="lost_link", to_email=WRONG)
    correct(patient_of(booked))

    assert deliver_due() == {"dropped": 1}
    assert outgoing == []
