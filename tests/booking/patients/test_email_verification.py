"""With too many guests, a mailed link verifies the address and completes the booking."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions.schedule.change_schedule import change_schedule
from booking.lifecycle import Status
from booking.models import Appointment, Notification
from booking.notifications.rendering import render
from booking.queries.patients.email_verification import make_verification_token
from tests.booking.appointments.test_booking_journey import ANA, answer_and_review, hold_url
from tests.booking.schedule.schedule_changes import STAFF, away
from tests.html import assert_valid, text_of
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene(settings: Settings) -> Scene:
    """The flood is on: not one guest may book without a proof."""
    settings.ABUSE_LIMITS = True
    return make_weekday_clinic(therapists=2, rooms=2, guest_bookings_per_hour=0)


@pytest.fixture
def hold(scene: Scene, client: Client, settings: Settings) -> str:
    url = hold_url(client, scene, on(24, 10))
    settings.CLINIC_CLOCK += timedelta(seconds=5)
    client.post(url, ANA)
    answer_and_review(client, url)
    return url


def link() -> str:
    """The address in the newest mail."""
    mail = render(Notification.objects.filter(kind="prove_email").latest("pk"))
    (address,) = set(re.findall(r"https://clinic\.example(/book/prove/\S+/)", mail.text))
    return address


def test_the_link_books_the_held_slot(client: Client, hold: str) -> None:
    refused = client.post(f"{hold}review/")
    assert refused.status_code == 409
    page = refused.content.decode()
    assert_valid(page)
    assert "Mail me a link to confirm" in page
    asked = client.post(f"{hold}prove/")
    assert (asked.status_code, asked["Location"]) == (303, f"{hold}prove/")
    assert "a***@reader.example" in client.get(asked["Location"]).content.decode()

    phone = Client()  # the mail is read somewhere else
    address = link()
    assert_valid(phone.get(address).content.decode())
    assert Appointment.objects.get().status == Status.HOLD
    booked = phone.post(address)
    appointment = Appointment.objects.get()
    assert booked["Location"] == f"/appointments/{appointment.link_token}/"
    assert (appointment.status, appointment.patient_note) == (Status.BOOKED, ANA["note"])
    assert phone.post(address)["Location"] == booked["Location"]
    assert Notification.objects.filter(kind="booked").count() == 1


def test_asking_for_the_link_extends_the_hold(
    client: Client, hold: str, settings: Settings
) -> None:
    settings.CLINIC_CLOCK += timedelta(minutes=9)
    client.post(f"{hold}prove/")

    held = Appointment.objects.get().hold_expires_at
    assert held == settings.CLINIC_CLOCK + timedelta(minutes=10)


def test_an_expired_hold_is_taken_again(client: Client, hold: str, settings: Settings) -> None:
    client.post(f"{hold}prove/")
    settings.CLINIC_CLOCK += timedelta(minutes=40)

    assert client.post(link()).status_code == 303
    assert Appointment.objects.get(status=Status.BOOKED).starts_at == on(24, 10)


def test_a_time_taken_meanwhile_is_reported(
    client: Client, scene: Scene, hold: str, settings: Settings
) -> None:
    client.post(f"{hold}prove/")
    settings.CLINIC_CLOCK += timedelta(minutes=20)
    for _ in scene.therapists:
        hold_url(Client(), scene, on(24, 10))

    answer = client.post(link())
    assert answer.status_code == 409
    assert "nearest" in answer.content.decode()


def test_a_time_that_the_clinic_withdrew_meanwhile_is_reported_with_other_times(
    client: Client, scene: Scene, hold: str
) -> None:
    client.post(f"{hold}prove/")
    therapist = Appointment.objects.get().therapist
    change_schedule(away(therapist, starts=9, ends=12), resolutions={}, by=STAFF)

    for answer in (client.get(link()), client.post(link())):
        page = text_of(assert_valid(answer.content.decode()))
        assert answer.status_code == 410
        assert "we cannot offer that time any more" in page
        assert "What you typed is kept" in page


def test_the_link_is_valid_for_an_hour(client: Client, hold: str, settings: Settings) -> None:
    client.post(f"{hold}prove/")
    address = link()
    settings.CLINIC_CLOCK += timedelta(hours=1)

    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 410
        assert "no longer valid" in answer.content.decode()
    assert not Appointment.objects.filter(status=Status.BOOKED).exists()


def test_a_link_books_only_for_its_own_address(
    client: Client, hold: str, settings: Settings
) -> None:
    client.post(f"{hold}prove/")
    address = link()
    client.post(hold, {**ANA, "email": "else@reader.example"})

    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (303, f"{hold}review/")
    assert Appointment.objects.get().status == Status.HOLD


def test_an_old_link_does_not_show_an_appointment_of_another_address(
    client: Client, hold: str
) -> None:
    """The same hold, booked under another address afterwards: the first mailbox sees nothing."""
    client.post(f"{hold}prove/")
    first = link()
    client.post(hold, {**ANA, "email": "else@reader.example"})
    client.post(f"{hold}prove/")
    client.post(link())

    assert Client().get(first).status_code == 410


def test_one_mailbox_gets_three_such_mails_an_hour_without_a_word(
    client: Client, hold: str
) -> None:
    answers = [client.post(f"{hold}prove/").status_code for _ in range(4)]

    assert answers == [303, 303, 303, 303]
    assert Notification.objects.filter(kind="prove_email").count() == 3


@pytest.mark.parametrize("bad", ["x", "a" * 48, "\x00", "a" * 100_000])
def test_a_forged_link_is_404(client: Client, scene: Scene, bad: str) -> None:
    assert client.get(f"/book/prove/{bad}/").status_code == 404


def test_a_link_of_another_kind_of_mail_does_not_verify(client: Client, hold: str) -> None:
    client.post(f"{hold}prove/")
    row = Notification.objects.get(kind="prove_email")
    Notification.objects.filter(pk=row.pk).update(kind="booked")

    assert client.post(f"/book/prove/{make_verification_token(row)}/").status_code == 404
