"""Eight processes book overlapping lengths for the same therapists and rooms.

First without the constraint, to show that the race is real; then with it.
"""

from datetime import datetime
from typing import Any

import pytest

from booking.models import Appointment
from tests.booking.races.concurrency import overlaps
from tests.booking.races.own_database import drop_overlap_constraints
from tests.booking.races.processes import Processes
from tests.factories import OfferFactory, OptionFactory
from tests.scene import at, make_clinic

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

ATTEMPTS = 150
HOLDS = 30


def make_job(database: str, now: datetime) -> dict[str, Any]:
    """Weeks of days from Tuesday on, nine to five; lengths of 30, 45, 60 and 90 minutes."""
    scene = make_clinic(therapists=3, rooms=2)
    options = [scene.option.pk]
    for minutes in (30, 45, 90):
        option = OptionFactory(treatment=scene.option.treatment, minutes=minutes)
        options.append(option.pk)
        for therapist in scene.therapists:
            OfferFactory(therapist=therapist, option=option)
    return {
        "database": database,
        "now": now.isoformat(),
        "from": at(9).isoformat(),
        "days": 21,
        "option": scene.option.pk,
        "options": options,
        "therapists": [therapist.pk for therapist in scene.therapists],
        "slugs": [therapist.slug for therapist in scene.therapists],
        "rooms": [room.pk for room in scene.rooms],
        "seed": 20261124,
    }


def test_without_the_constraint_check_then_write_books_twice(
    eight_processes: Processes, expendable_database: str, frozen_clock: datetime
) -> None:
    job = make_job(expendable_database, frozen_clock)
    drop_overlap_constraints()
    ended = eight_processes.run("look then insert", attempts=ATTEMPTS, **job)
    assert overlaps() > 0
    assert ended["booked"] == Appointment.objects.count()


def test_with_the_constraint_check_then_write_books_nothing_twice(
    eight_processes: Processes, database: str, frozen_clock: datetime
) -> None:
    job = make_job(database, frozen_clock)
    ended = eight_processes.run("look then insert", attempts=ATTEMPTS, **job)
    assert overlaps() == 0
    assert ended["booked"] == Appointment.objects.count() > 0
    assert ended["therapist_double_booking"] + ended["room_double_booking"] > 0


def test_every_attempt_of_the_site_ends_in_a_hold_or_a_refusal(
    eight_processes: Processes, database: str, frozen_clock: datetime
) -> None:
    ended = eight_processes.run("hold", attempts=HOLDS, **make_job(database, frozen_clock))
    assert overlaps() == 0
    assert ended["booked"] == Appointment.objects.count() > 0
    assert set(ended) <= {"booked", "SlotTaken", "RoomTaken", "SlotNotOffered"}


def test_the_locks_alone_prevent_double_bookings(
    eight_processes: Processes, expendable_database: str, frozen_clock: datetime
) -> None:
    job = make_job(expendable_database, frozen_clock)
    drop_overlap_constraints()
    ended = eight_processes.run("hold", attempts=HOLDS, **job)
    assert overlaps() == 0
    assert ended["booked"] == Appointment.objects.count() > 0
