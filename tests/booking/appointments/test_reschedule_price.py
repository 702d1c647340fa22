"""What an appointment costs once it has moved."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from booking.actions.appointments.reschedule import reschedule_appointment
from booking.models import Appointment, Offer, Option
from tests.scene import GUEST, Scene, at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)


def move(appointment: Appointment, start: datetime, **options: Any) -> Appointment:
    return reschedule_appointment(appointment, start=start, by=GUEST, **options)


def test_the_agreed_price_stays_with_the_same_therapist(
    scene: Scene, appointment: Appointment
) -> None:
    Option.objects.update(price=Decimal("99.00"))
    Offer.objects.update(own_price=Decimal("120.00"))

    assert move(appointment, at(14, day=FRIDAY)).price == Decimal("85.00")


def test_the_agreed_price_stays_with_another_who_has_no_price_of_their_own(
    scene: Scene, appointment: Appointment
) -> None:
    Option.objects.update(price=Decimal("99.00"))
    moved = move(appointment, at(14, day=FRIDAY), therapist=scene.therapists[1].slug)

    assert moved.price == Decimal("85.00")


def test_the_price_follows_the_therapists_own_price(scene: Scene, appointment: Appointment) -> None:
    dear, usual = scene.therapists[1], scene.therapists[0]
    Offer.objects.filter(therapist=dear).update(own_price=Decimal("110.00"))

    moved = move(appointment, at(14, day=FRIDAY), therapist=dear.slug)
    assert moved.price == Decimal("110.00")
    assert appointment.events.get(kind="moved").details["to"]["price"] == "110.00"
    assert move(moved, at(14, day=FRIDAY), therapist=usual.slug).price == Decimal("85.00")


def test_the_current_price_counts_and_not_the_one_on_an_old_page(
    scene: Scene, appointment: Appointment
) -> None:
    """A second window still shows it with the first therapist, before the price rose."""
    old_page = Appointment.objects.with_related().get(pk=appointment.pk)
    Offer.objects.filter(therapist=scene.therapists[1]).update(own_price=Decimal("110.00"))
    move(appointment, at(14, day=FRIDAY), therapist=scene.therapists[1].slug)
    Offer.objects.update(own_price=Decimal("150.00"))
    moved = move(old_page, at(15, day=FRIDAY), therapist=scene.therapists[1].slug)

    assert moved.price == Decimal("110.00")
