"""Eight processes book overlapping lengths for the same therapists and rooms.

First without the guard, to see that the race is real; then with it.
"""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from booking.models import Appointment
from tests.booking.races.crowd import overlaps
from tests.booking.races.own_database import take_the_guard_away
from tests.booking.races.processes import Processes
from tests.booking.scene import Scene, at, make_clinic
from tests.factories import OfferFactory, OptionFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ATTEMPTS = 150
HOLDS = 40


@pytest.fixture
def scene(database: str) -> Scene:
    return make_clinic(therapists=3, rooms=2)


@pytest.fixture
def job(scene: Scene, database: str, frozen_clock: datetime) -> dict[str, Any]:
    """Weeks of days from Tuesday on, nine to five; lengths of 30, 45, 60 and 90 minutes."""
    options = [scene.option.pk]
    for minutes in (30, 45, 90):
        option = OptionFactory(treatment=scene.option.treatment, minutes=minutes)
        options.append(option.pk)
        for therapist in scene.therapists:
            OfferFactory(therapist=therapist, option=option)
    return {
        "database": database,
        "now": frozen_clock.isoformat(),
        "from": at(9).isoformat(),
        "days": 21,
        "option": scene.option.pk,
        "options": options,
        "therapists": [therapist.pk for therapist in scene.therapists],
        "slugs": [therapist.slug for therapist in scene.therapists],
        "rooms": [room.pk for room in scene.rooms],
        "seed": 20261124,
    }


def test_without_the_guard_those_who_look_before_they_book_book_twice(
    eight_processes: Processes, job: dict[str, Any]
) -> None:
    take_the_guard_away()
    ended = eight_processes.run("look then insert", attempts=ATTEMPTS, **job)
    print(connection.vendor, "without", overlaps(), "overlaps", dict(ended))
    assert overlaps() > 0
    assert ended["booked"] == Appointment.objects.count()


def test_with_the_guard_alone_the_same_code_books_nothing_twice(
    eight_processes: Processes, job: dict[str, Any]
) -> None:
    ended = eight_processes.run("look then insert", attempts=ATTEMPTS, **job)
    print(connection.vendor, "with", overlaps(), "overlaps", dict(ended))
    assert overlaps() == 0
    assert ended["booked"] == Appointment.objects.count() > 0
    assert ended["therapist_double_booking"] + ended["room_double_booking"] > 0


def test_through_the_site_every_attempt_ends_in_a_hold_or_a_sentence(
    eight_processes: Processes, job: dict[str, Any]
) -> None:
    ended = eight_processes.run("hold", attempts=HOLDS, **job)
    print(connection.vendor, "actions", overlaps(), "overlaps", dict(ended))
    assert overlaps() == 0
    assert ended["booked"] == Appointment.objects.count() > 0
    assert set(ended) <= {"booked", "SlotTaken", "RoomTaken", "SlotNotOffered"}


def test_the_locks_alone_would_do_as_well(eight_processes: Processes, job: dict[str, Any]) -> None:
    take_the_guard_away()
    ended = eight_processes.run("hold", attempts=HOLDS, **job)
    assert overlaps() == 0
    assert ended["booked"] == Appointment.objects.count() > 0
