"""Rate limits of booking: who is refused, and that ordinary patients are not."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.hold_slot import hold_slot
from booking.actions.rate_limit import HOLD_LIMIT, HOLD_PER_MAILBOX_LIMIT
from booking.errors import ProofOfEmailNeeded
from booking.lifecycle import Status
from booking.models import Appointment, Notification, RateLimitCounter
from booking.notifications.rendering import render
from booking.queries.patients.proven_emails import mailbox_hash
from booking.views.public.guest_actor import remember_proof
from tests.booking.appointments.test_booking_journey import ANA, answer_and_review, choose, hold_url
from tests.booking.health.answers import answer
from tests.scene import ADA, Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene(settings: Settings) -> Scene:
    settings.ABUSE_LIMITS = True
    return make_weekday_clinic(therapists=6, rooms=6)


def hold_with_a_code(client: Client, scene: Scene, start: datetime, email: str) -> str:
    """Hold a time, and prove the address if that is asked for; the page of the hold."""
    chosen = choose(client, scene, start)
    if chosen.status_code == 303:
        return str(chosen["Location"]).removesuffix("questions/")
    assert chosen.status_code == 429
    fields = {"option": scene.option.pk, "therapist": "", "start": start.isoformat()}
    asked = client.post("/book/swedish/code/", {**fields, "email": email}).content.decode()
    (token,) = re.findall(r'name="token" value="([^"]+)"', asked)
    mail = Notification.objects.filter(kind="email_code", to_email=email).latest("pk")
    (code,) = set(re.findall(r"\b\d{6}\b", render(mail).text))
    proven = client.post("/book/swedish/code/", {**fields, "token": token, "code": code})
    assert proven.status_code in (200, 307), proven.status_code
    return str(choose(client, scene, start)["Location"]).removesuffix("questions/")


def book(
    scene: Scene, settings: Settings, email: str, number: int, address: str = "203.0.113.7"
) -> int:
    """A guest books with a browser of their own; the status of the last step."""
    client = Client(REMOTE_ADDR=address)
    start = on(24 + number % 3, 9 + number % 7)
    url = hold_with_a_code(client, scene, start, email)
    settings.CLINIC_CLOCK += timedelta(seconds=5)
    assert client.post(url, {**ANA, "email": email}).status_code == 303
    return client.post(answer_and_review(client, url)).status_code


def book_without_pages(scene: Scene, number: int) -> None:
    """Book as `book` does, through the same actions, which count the attempts."""
    by, details = Actor.guest("203.0.113.7"), replace(ADA, email=f"p{number}@x.example")
    start = on(24 + number % 3, 9 + number % 7)
    try:
        hold = hold_slot(scene.slot_request(start), by=by, browser_key=f"browser {number}")
    except ProofOfEmailNeeded:
        by = Actor.guest("203.0.113.7", proven_mailbox=mailbox_hash(details.email))
        hold = hold_slot(scene.slot_request(start), by=by, browser_key=f"browser {number}")
    answer(hold)
    book_appointment(hold, details, by=by)


def test_thirty_patients_can_book_from_one_ip_address_some_with_a_code(
    scene: Scene, settings: Settings
) -> None:
    scene.clinic.guest_bookings_per_hour = 100
    scene.clinic.save()

    for number in range(18):
        book_without_pages(scene, number)
    settings.CLINIC_CLOCK += timedelta(seconds=90)
    answers = [book(scene, settings, f"p{n}@x.example", n) for n in range(18, 30)]

    assert answers == [303] * 12
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 30
    assert 0 < Notification.objects.filter(kind="email_code").count() <= 12


def test_too_many_guests_are_asked_to_call_and_keep_their_hold(
    scene: Scene, settings: Settings
) -> None:
    answers = [
        book(scene, settings, f"p{n}@x.example", n, address=f"198.51.{n}.1") for n in range(12)
    ]

    assert answers == [303] * 10 + [409] * 2
    assert Appointment.objects.filter(status=Status.HOLD).count() == 2


def test_an_email_can_have_three_open_bookings_which_the_answer_does_not_reveal(
    scene: Scene, settings: Settings
) -> None:
    answers = [book(scene, settings, "ANA@reader.example", n) for n in range(4)]
    client = Client()
    url = hold_url(client, scene, on(30, 10))
    settings.CLINIC_CLOCK += timedelta(seconds=5)
    client.post(url, ANA)
    page = client.post(answer_and_review(client, url)).content.decode()

    assert answers == [303, 303, 303, 409]
    assert "cannot take this booking online at the moment" in page
    assert "already" not in page


def test_a_third_hold_replaces_the_oldest(client: Client, scene: Scene) -> None:
    client.get("/book/swedish/")
    for hour in (9, 11, 13):
        assert choose(client, scene, on(24, hour)).status_code == 303

    live = Appointment.objects.filter(status=Status.HOLD).values_list("starts_at", flat=True)
    assert sorted(live) == [on(24, 11), on(24, 13)]


def test_choosing_an_overlapping_time_releases_the_first_hold(client: Client, scene: Scene) -> None:
    client.get("/book/swedish/")
    slug = scene.therapist.slug
    for minute in (0, 15):
        assert choose(client, scene, on(24, 9, minute), therapist=slug).status_code == 303

    live = Appointment.objects.filter(status=Status.HOLD)
    assert [hold.starts_at for hold in live] == [on(24, 9, 15)]


def test_the_draft_is_copied_to_the_next_hold(
    client: Client, scene: Scene, settings: Settings
) -> None:
    url = hold_url(client, scene, on(24, 9))
    settings.CLINIC_CLOCK += timedelta(seconds=5)
    client.post(url, ANA)
    other = hold_url(client, scene, on(24, 11))

    assert "Ana Reader" in client.get(answer_and_review(client, other)).content.decode()


def test_the_answers_are_moved_to_the_next_hold_before_any_details_are_typed(
    client: Client, scene: Scene
) -> None:
    answer_and_review(client, hold_url(client, scene, on(24, 9)))
    other = choose(client, scene, on(24, 9, 30))

    assert not other["Location"].endswith("questions/")
    assert client.get(other["Location"]).status_code == 200


def test_another_browser_cannot_see_the_draft(
    client: Client, scene: Scene, settings: Settings
) -> None:
    url = hold_url(client, scene, on(24, 9))
    settings.CLINIC_CLOCK += timedelta(seconds=5)
    client.post(url, ANA)
    stranger = Client()
    other = hold_url(stranger, scene, on(24, 11))

    assert "Ana Reader" not in stranger.get(answer_and_review(stranger, other)).content.decode()


def test_a_filled_honeypot_is_refused_with_a_message(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 9))
    answer_and_review(client, url)
    trapped = client.post(url, {**ANA, "website": "https://spam.example"})

    assert trapped.status_code == 422
    assert "Please leave this field empty" in trapped.content.decode()
    assert Appointment.objects.get().status == Status.HOLD


def test_whoever_is_faster_than_a_person_reviews_the_booking_first_and_is_not_refused(
    client: Client, scene: Scene
) -> None:
    url = hold_url(client, scene, on(24, 9))
    answer_and_review(client, url)
    hurried = client.post(url, ANA)

    assert (hurried.status_code, hurried["Location"]) == (303, f"{url}review/")
    assert Appointment.objects.get().status == Status.HOLD
    assert client.post(url, ANA).status_code == 303
    assert Appointment.objects.get().status == Status.BOOKED


def test_seconds_are_counted_from_the_hold_not_from_the_last_page(
    client: Client, scene: Scene, settings: Settings
) -> None:
    url = hold_url(client, scene, on(24, 9))
    answer_and_review(client, url)
    settings.CLINIC_CLOCK += timedelta(seconds=4)
    client.post(url, {**ANA, "name": ""})

    assert client.post(url, ANA).status_code == 303
    assert Appointment.objects.get().status == Status.BOOKED


def prove(client: Client, email: str) -> None:
    """Give the browser the cookie that it gets for the code of this address."""
    response = HttpResponse()
    remember_proof(response, mailbox_hash(email))
    client.cookies.update(response.cookies)


def test_an_address_with_too_many_attempts_is_asked_for_a_proof(
    client: Client, scene: Scene
) -> None:
    first = choose(client, scene, on(24, 9))
    assert RateLimitCounter.objects.update(count=HOLD_LIMIT.most - 1) == 1
    last = choose(client, scene, on(24, 9))
    refused = choose(client, scene, on(24, 9))

    assert HOLD_LIMIT.most == 120
    assert (first.status_code, last.status_code) == (303, 303)
    assert refused.status_code == 429
    assert "Mail me a code" in refused.content.decode()


def test_who_has_proven_an_address_is_not_counted_with_their_neighbours(
    client: Client, scene: Scene
) -> None:
    choose(client, scene, on(24, 9))
    RateLimitCounter.objects.update(count=HOLD_LIMIT.most)
    neighbour = Client()
    prove(neighbour, "ana@reader.example")

    assert choose(neighbour, scene, on(24, 11)).status_code == 303


def test_too_many_requests_get_a_page_that_says_when_to_come_back(
    client: Client, scene: Scene
) -> None:
    prove(client, "ana@reader.example")
    first = choose(client, scene, on(24, 9))
    assert RateLimitCounter.objects.update(count=HOLD_PER_MAILBOX_LIMIT.most - 1) == 1
    last = choose(client, scene, on(24, 9))
    refused = choose(client, scene, on(24, 9))

    assert HOLD_PER_MAILBOX_LIMIT.most == 30
    assert (first.status_code, last.status_code) == (303, 303)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 601
    assert "<h1" in refused.content.decode()
