"""What visitors can take of the calendar, however many requests they send."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds import holding_limits
from booking.actions.holds.extend_hold import extend_hold
from booking.actions.holds.hold_slot import hold_slot
from booking.actions.holds.save_draft import save_draft
from booking.errors import (
    DayLimitReached,
    NetworkLimitReached,
    ProofOfEmailNeeded,
    Refusal,
    TooManyHolds,
)
from booking.inputs import PersonalDetails, SlotRequest
from booking.lifecycle import Status
from booking.models import Appointment, BookingOrigin, ClinicProfile, Notification
from booking.notifications.rendering import render
from booking.queries.availability.openings import opening_minutes
from booking.queries.patients.proven_emails import mailbox_hash
from clinic.lib.dates import clock
from tests.booking.health.answers import answer
from tests.html import assert_valid
from tests.scene import ADA, Scene, make_weekday_clinic, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("frozen_clock"),
]


SESSION = timedelta(minutes=75)
FLOOD = 20
"""Attempts at 20 different times: two of them fill the share of an address."""


@pytest.fixture
def scene(settings: Settings) -> Scene:
    settings.ABUSE_LIMITS = True
    caches["pages"].clear()
    return make_weekday_clinic(therapists=2, rooms=2)


def hold(
    scene: Scene, start: datetime, *, address: str = "203.0.113.9", mailbox: str = "", n: int = 0
) -> Appointment:
    return hold_slot(
        SlotRequest(scene.option.pk, start, scene.therapists[n].slug),
        by=Actor.guest(address, proven_mailbox=mailbox),
        browser_key="",
    )


def minutes_held() -> int:
    rows = Appointment.objects.all()
    return sum(int((row.blocked_until - row.starts_at).total_seconds() // 60) for row in rows)


def attempt(scene: Scene, number: int, **origin: str) -> None:
    with suppress(Refusal):
        hold(scene, on(24 + number // 8 % 5, 9 + number % 8), n=number // 40 % 2, **origin)


def test_one_address_takes_its_share_and_no_more(scene: Scene) -> None:
    for number in range(FLOOD):
        attempt(scene, number)

    assert 0 < minutes_held() <= 150


def test_many_addresses_of_one_network_take_no_more_than_one(scene: Scene) -> None:
    for number in range(FLOOD):
        attempt(scene, number, address=f"203.0.113.{number + 1}")
    ipv4 = minutes_held()
    for number in range(FLOOD):
        attempt(scene, number, address=f"2001:db8:1:{number:x}::/64")

    assert ipv4 <= 150
    assert minutes_held() - ipv4 <= 150


def test_another_network_is_not_touched(scene: Scene) -> None:
    for number in range(FLOOD):
        attempt(scene, number)

    assert hold(scene, on(27, 16), address="198.51.100.7", n=1).pk


def test_the_share_grows_with_the_clinic(settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    scene = make_weekday_clinic(therapists=8, rooms=8)
    for number in range(2 * FLOOD):
        attempt(scene, number)

    clinic = ClinicProfile.objects.get()
    openings = opening_minutes(clinic, settings.CLINIC_CLOCK)
    assert 150 < minutes_held() <= 0.02 * openings


def test_an_extended_hold_counts_again_but_can_be_extended(scene: Scene) -> None:
    held = hold(scene, on(24, 9))
    for _ in range(10):
        extend_hold(held, by=Actor.guest("203.0.113.9"))

    with pytest.raises(ProofOfEmailNeeded):
        hold(scene, on(24, 13))


def test_a_visitor_who_has_proven_an_address_goes_on(scene: Scene) -> None:
    for number in range(FLOOD):
        attempt(scene, number)
    before = minutes_held()

    assert hold(scene, on(27, 15), mailbox="a" * 64, n=1).pk
    assert minutes_held() > before


def test_twelve_patients_hold_and_book_beside_a_flood_from_their_own_address(
    settings: Settings,
) -> None:
    settings.ABUSE_LIMITS = True
    scene = make_weekday_clinic(therapists=6, rooms=6)
    clinic, now = ClinicProfile.objects.get(), clock.now()
    for number in range(10):
        attempt(scene, number * 8)
    taken_by_flood = minutes_held()
    patients = [replace(ADA, email=f"patient{number}@mail.example") for number in range(12)]
    with pytest.raises(ProofOfEmailNeeded):
        hold(scene, on(26, 9), n=1)
    holds = [hold_with_proof(scene, patient, number) for number, patient in enumerate(patients)]

    for patient, held in [*zip(patients, holds, strict=True)][::6]:
        visitor = Actor.guest("203.0.113.9", proven_mailbox=mailbox_hash(patient.email))
        answer(held)
        assert book_appointment(held, patient, by=visitor).status == Status.BOOKED

    assert 0 < taken_by_flood <= 0.02 * opening_minutes(clinic, now)


def hold_with_proof(scene: Scene, patient: PersonalDetails, number: int) -> Appointment:
    """Hold one of 12 different times, as whoever has typed the code."""
    start, therapist = on(26 + number % 2, 9 + 2 * (number // 2 % 3)), 1 + number // 6
    return hold(scene, start, n=therapist, mailbox=mailbox_hash(patient.email))


def test_a_proven_address_holds_two_times(scene: Scene) -> None:
    hold(scene, on(24, 9), mailbox="a" * 64)
    hold(scene, on(25, 9), mailbox="a" * 64)

    with pytest.raises(TooManyHolds):
        hold(scene, on(26, 9), mailbox="a" * 64)


def test_one_network_does_not_hold_the_whole_day_of_a_therapist(scene: Scene) -> None:
    for number in range(3):
        hold(scene, on(24, 9) + number * SESSION, mailbox=f"{number}" * 64)

    with pytest.raises(DayLimitReached):
        hold(scene, on(24, 9) + 3 * SESSION, mailbox="3" * 64)

    assert hold(scene, on(25, 9), mailbox="x" * 64).pk


def test_colleagues_who_fill_in_the_form_fill_a_day_of_a_therapist(scene: Scene) -> None:
    for number in range(6):
        visitor = Actor.guest("203.0.113.9", proven_mailbox=f"{number}" * 64)
        held = hold(scene, on(24, 9) + number * SESSION, mailbox=visitor.proven_mailbox)
        save_draft(held, '{"name": "Ana Reader"}', by=visitor)

    assert Appointment.objects.count() == 6


def test_unproven_holds_count_for_the_day_also_with_details(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_limits, "UNPROVEN_FLOOR", 1_000)
    for number in range(3):
        held = hold(scene, on(24, 9) + number * SESSION)
        save_draft(held, '{"name": "Ana Reader"}', by=Actor.guest("203.0.113.9"))

    with pytest.raises(DayLimitReached):
        hold(scene, on(24, 9) + 3 * SESSION)


def test_proven_visitors_of_one_network_have_a_share_too(scene: Scene) -> None:
    def hold_next(number: int) -> None:
        day = on(24, 9) + timedelta(days=(0, 1, 3, 6, 7, 8, 9)[number % 7])
        start = day + number // 14 * SESSION
        hold(scene, start, mailbox=f"{number:064d}", n=number // 7 % 2)

    openings = opening_minutes(ClinicProfile.objects.get(), clock.now())
    fitting = int(0.3 * openings // 75)
    for number in range(fitting):
        hold_next(number)

    with pytest.raises(NetworkLimitReached):
        hold_next(fitting)


def test_a_hold_of_a_clinic_that_measures_is_not_limited(scene: Scene, settings: Settings) -> None:
    settings.ABUSE_LIMITS = False
    for number in range(10):
        attempt(scene, number)

    assert Appointment.objects.count() > 3
    assert not BookingOrigin.objects.exists()


def test_where_a_hold_came_from_is_stored_as_hashes_only(scene: Scene) -> None:
    hold(scene, on(24, 9))

    origin = BookingOrigin.objects.get()
    assert {len(origin.address), len(origin.network)} == {64}
    assert "203" not in (origin.address[:3], origin.network[:3])


def press(client: Client, scene: Scene, start: datetime) -> object:
    page = f"/book/{scene.option.treatment.slug}/"
    return client.post(page, slot_fields(scene, start))


def slot_fields(scene: Scene, start: datetime) -> dict[str, object]:
    return {"option": scene.option.pk, "therapist": "", "start": start.isoformat()}


def test_a_code_by_mail_lets_a_refused_guest_go_on(scene: Scene) -> None:
    for number in range(FLOOD):
        attempt(scene, number, address="127.0.0.1")
    visitor, fields = Client(), slot_fields(scene, on(27, 15))
    page = f"/book/{scene.option.treatment.slug}/"
    refused = visitor.post(page, fields)
    assert refused.status_code == 429
    assert_valid(refused.content.decode())
    assert on(27, 15).isoformat() in refused.content.decode()

    asked = visitor.post(f"{page}code/", {**fields, "email": "ana@reader.example"})
    assert asked.status_code == 200
    assert_valid(asked.content.decode())
    (token,) = re.findall(r'name="token" value="([^"]+)"', asked.content.decode())
    mail = render(Notification.objects.get(kind="email_code"))
    (code,) = set(re.findall(r"\b\d{6}\b", mail.text))
    wrong = visitor.post(f"{page}code/", {**fields, "token": token, "code": "000000x"})
    assert wrong.status_code == 422
    assert_valid(wrong.content.decode())
    held = visitor.post(f"{page}code/", {**fields, "token": token, "code": code}, follow=True)

    assert held.redirect_chain[-1][0].startswith("/book/hold/")
    assert Appointment.objects.filter(starts_at=on(27, 15)).exists()


def test_a_code_is_guessed_five_times_and_valid_for_minutes(
    scene: Scene, settings: Settings
) -> None:
    page, fields = f"/book/{scene.option.treatment.slug}/code/", slot_fields(scene, on(24, 9))
    visitor = Client()
    asked = visitor.post(page, {**fields, "email": "ana@reader.example"}).content.decode()
    (token,) = re.findall(r'name="token" value="([^"]+)"', asked)
    guesses = [
        visitor.post(page, {**fields, "token": token, "code": "1"}).status_code for _ in range(6)
    ]
    assert guesses == [422] * 5 + [429]

    settings.CLINIC_CLOCK += timedelta(minutes=61)
    (code,) = set(re.findall(r"\b\d{6}\b", render(Notification.objects.get()).text))
    late = visitor.post(page, {**fields, "token": token, "code": code})
    assert late.status_code == 422


def test_the_page_of_the_code_says_the_same_for_every_address(scene: Scene) -> None:
    page, fields = f"/book/{scene.option.treatment.slug}/code/", slot_fields(scene, on(24, 9))
    answers = [
        Client().post(page, {**fields, "email": "ana@reader.example"}).status_code for _ in range(5)
    ]

    assert answers == [200] * 5
    assert Notification.objects.waiting().count() == 3
