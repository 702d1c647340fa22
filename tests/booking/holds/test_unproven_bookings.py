"""What guests can book without a proven e-mail address, however many addresses they make up."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.core.cache import caches
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds import holding_limits
from booking.actions.holds.release_hold import release_hold
from booking.errors import EmailNotVerified, ProofOfEmailNeeded
from booking.lifecycle import Status
from booking.models import Appointment
from booking.queries.patients.proven_emails import mailbox_hash
from tests.booking.health.answers import answer
from tests.booking.holds.test_holding_limits import hold
from tests.scene import ADA, Scene, make_weekday_clinic, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("frozen_clock"),
]


@pytest.fixture
def scene(settings: Settings) -> Scene:
    settings.ABUSE_LIMITS = True
    caches["pages"].clear()
    return make_weekday_clinic(therapists=2, rooms=2, guest_bookings_per_hour=100)


def book(scene: Scene, start: datetime, *, email: str, address: str, mailbox: str = "") -> bool:
    """Hold a time and book it as a guest; return whether that was possible without a proof."""
    visitor = Actor.guest(address, proven_mailbox=mailbox)
    held = hold(scene, start, address=address, mailbox=mailbox)
    answer(held)
    try:
        book_appointment(held, replace(ADA, email=email), by=visitor)
    except EmailNotVerified:
        release_hold(held, by=visitor)
        return False
    return True


def test_one_proven_address_does_not_prove_the_made_up_ones_that_are_booked_under(
    scene: Scene,
) -> None:
    booked = [
        book(
            scene,
            on(24 + number % 3, 9 + 2 * (number // 3)),
            email=f"made-up{number}@x.example",
            address="203.0.113.9",
            mailbox="a" * 64,
        )
        for number in range(6)
    ]

    assert booked == [True, True, False, False, False, False]
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 2


def test_guests_of_many_networks_book_a_share_until_they_prove_their_address(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_limits, "ALL_FLOOR", 300)
    monkeypatch.setattr(holding_limits, "ALL_BOOKINGS_SHARE", 0)
    honest = "ana@reader.example"
    booked = [
        book(scene, on(24, 9 + 2 * n), email=f"p{n}@x.example", address=f"198.51.{n}.1")
        for n in range(4)
    ]

    assert booked == [True] * 4
    assert not book(scene, on(25, 9), email=honest, address="203.0.113.9")
    assert book(scene, on(25, 9), email=honest, address="203.0.113.9", mailbox=mailbox_hash(honest))


def test_visitors_of_many_networks_hold_a_share_until_they_prove_an_address(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_limits, "ALL_FLOOR", 300)
    monkeypatch.setattr(holding_limits, "ALL_HOLDS_SHARE", 0)
    for number in range(4):
        hold(scene, on(24, 9 + 2 * number), address=f"198.51.{number}.1")

    with pytest.raises(ProofOfEmailNeeded):
        hold(scene, on(25, 9), address="203.0.113.9")
    assert hold(scene, on(25, 9), address="203.0.113.9", mailbox="a" * 64).pk
