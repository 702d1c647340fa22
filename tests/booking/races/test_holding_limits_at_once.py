"""Visitors of one network who hold at the same moment take no more than one after the other.

Their treatments share neither a therapist nor a room, so nothing else makes one wait for the other.
"""

from datetime import datetime

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.holds.hold_slot import hold_slot
from booking.errors import ProofOfEmailNeeded
from booking.inputs import SlotRequest
from booking.models import Appointment, BookingOrigin, Option
from tests.booking.races.concurrency import ORDERS, Together
from tests.factories import (
    OfferFactory,
    OptionFactory,
    RoomFactory,
    RoomKindFactory,
    TherapistFactory,
    works_all_week,
)
from tests.scene import at, make_clinic

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database"),
    pytest.mark.postgresql,
]


@pytest.fixture
def options(settings: Settings) -> list[Option]:
    """Two options, each with a therapist and a room of its own."""
    settings.ABUSE_LIMITS = True
    first = make_clinic().option
    kind, therapist = RoomKindFactory(), TherapistFactory()
    second = OptionFactory(minutes=60, turnaround_minutes=15, treatment__room_kind=kind)
    OfferFactory(therapist=therapist, option=second)
    RoomFactory(kind=kind)
    works_all_week(therapist)
    return [first, second]


def press(option: Option, start: datetime, number: int) -> Appointment:
    visitor = Actor.guest(f"203.0.113.{number}")
    return hold_slot(SlotRequest(option.pk, start, None), by=visitor, browser_key="")


@ORDERS
def test_the_last_minutes_of_a_network_are_given_once(
    options: list[Option], together: Together
) -> None:
    press(options[0], at(9), 1)
    press(options[1], at(9), 2)

    answers = together(lambda: press(options[0], at(13), 3), lambda: press(options[1], at(13), 4))

    assert {type(answer) for answer in answers} == {Appointment, ProofOfEmailNeeded}
    assert BookingOrigin.objects.count() == 3
