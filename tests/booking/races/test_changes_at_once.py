"""Two changes at the same moment: each pair has one right ending.

First without the constraint, code that checks and then writes; then the actions.
"""

from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.errors import SlotTaken
from booking.lifecycle import OCCUPYING_STATUSES, Status
from booking.models import Appointment, Notification
from tests.booking.races.changes import (
    ELEVEN,
    FRIDAY,
    ORDERS,
    TEN,
    TWO,
    Job,
    Together,
    book,
    booked,
    expendable,
    move,
    real,
    save,
    simultaneously,
)
from tests.booking.races.concurrency import PATIENCE, all_at_once, overlaps
from tests.booking.races.own_database import drop_overlap_constraints
from tests.factories import AppointmentFactory, PatientFactory
from tests.scene import GUEST, Scene, at, events, fresh, make_clinic

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


def look_then(write: Job, start: datetime, everybody_looked: Barrier) -> Job:
    """Code that looks whether the time is free, and believes it."""

    def run() -> object:
        end = start + timedelta(minutes=75)
        taken = Appointment.objects.filter(status__in=OCCUPYING_STATUSES, starts_at__lt=end)
        assert not taken.filter(blocked_until__gt=start).exists()
        everybody_looked.wait(PATIENCE)
        return write()

    return run


def times(start: datetime) -> dict[str, datetime]:
    hour = start + timedelta(hours=1)
    return {"starts_at": start, "ends_at": hour, "blocked_until": hour + timedelta(minutes=15)}


def naive_pairs(scene: Scene, race: str) -> list[Job]:
    """Two who have both looked before either writes; both want the same therapist's time."""
    looked, mine = Barrier(2), booked(scene, TEN)
    patient = PatientFactory()

    def insert(start: datetime) -> Job:
        return lambda: AppointmentFactory(
            therapist=mine.therapist, room=mine.room, option=scene.option, patient=patient,
            starts_at=start, event=None,
        )  # fmt: skip

    if race == "moving and booking":
        jobs = [save(mine, **times(TWO)), insert(TWO)]
        return [look_then(job, TWO, looked) for job in jobs]
    if race == "two moves":
        other = booked(scene, ELEVEN, "another browser")
        jobs = [save(mine, **times(TWO)), save(other, **times(TWO))]
        return [look_then(job, TWO, looked) for job in jobs]
    cancel_appointment(mine, by=GUEST)
    jobs = [save(fresh(mine), status=Status.BOOKED), insert(TEN)]
    return [look_then(job, TEN, looked) for job in jobs]


RACES = pytest.mark.parametrize("race", ["moving and booking", "two moves", "undoing and booking"])


@RACES
@expendable
def test_without_the_constraint_check_then_write_books_twice(scene: Scene, race: str) -> None:
    jobs = naive_pairs(scene, race)
    drop_overlap_constraints()
    results = all_at_once(jobs)
    assert [type(result) for result in results] == [Appointment] * 2
    assert overlaps() == 1


@RACES
@real
def test_with_the_constraint_check_then_write_books_once(scene: Scene, race: str) -> None:
    results = all_at_once(naive_pairs(scene, race))
    assert sum(isinstance(result, DatabaseError) for result in results) == 1
    assert overlaps() == 0


def assert_one_gets_the_time(scene: Scene, race: str, together: Together) -> None:
    """And the other is told so, and stays where they were."""
    mine = booked(scene, TEN)
    other = booked(scene, ELEVEN, "another browser")
    if race == "undoing and booking":
        cancel_appointment(mine, by=GUEST)
        endings = together(
            lambda: restore_appointment(fresh(mine), by=GUEST), book(scene, mine.starts_at)
        )
    else:
        second = book(scene, TWO) if race == "moving and booking" else move(scene, other, TWO)
        endings = together(move(scene, mine, TWO), second)
    assert sorted(type(ending).__name__ for ending in endings) == ["Appointment", "SlotTaken"]
    assert overlaps() == 0
    if isinstance(endings[0], SlotTaken):
        stayed = Status.CANCELLED if race == "undoing and booking" else Status.BOOKED
        mine = fresh(mine)
        assert (mine.starts_at, mine.status, mine.patient_move_count) == (TEN, stayed, 0)
        assert events(mine)[-1] == stayed.value
    told = ("moved", "restored")
    changed = [row for row in (mine, other) if events(row)[-1] in told]
    assert Notification.objects.filter(kind__in=told).count() == len(changed) <= 1


@RACES
@ORDERS
@real
def test_one_request_gets_the_time_and_the_other_is_refused(
    scene: Scene, race: str, together: Together
) -> None:
    assert_one_gets_the_time(scene, race, together)


@RACES
@expendable
def test_the_locks_alone_prevent_double_bookings(scene: Scene, race: str) -> None:
    drop_overlap_constraints()
    assert_one_gets_the_time(scene, race, simultaneously)


@real
def test_two_appointments_swapping_times_are_both_refused_without_deadlock(scene: Scene) -> None:
    """And neither waits for the other for ever."""
    mine, other = booked(scene, TEN), booked(scene, TWO, "another browser")
    for _ in range(4):
        endings = simultaneously(move(scene, mine, TWO), move(scene, other, TEN))
        assert [type(ending) for ending in endings] == [SlotTaken, SlotTaken]
    assert (fresh(mine).starts_at, fresh(other).starts_at) == (TEN, TWO)


def chain(appointment: Appointment) -> list[tuple[str, str]]:
    """From where to where, as the history tells."""
    moves = appointment.events.filter(kind="moved")
    return [(row.details["from"]["starts_at"], row.details["to"]["starts_at"]) for row in moves]


@expendable
def test_without_the_lock_one_of_two_moves_is_lost(scene: Scene) -> None:
    mine, read = booked(scene, TEN), Barrier(2)

    def read_then_move(start: datetime) -> Job:
        def run() -> object:
            row = fresh(mine)
            read.wait(PATIENCE)
            return save(row, **times(start), sequence=row.sequence + 1)()

        return run

    all_at_once([read_then_move(TWO), read_then_move(at(10, day=FRIDAY))])
    assert fresh(mine).sequence == 1


@ORDERS
@real
def test_two_concurrent_moves_are_done_one_after_the_other(
    scene: Scene, together: Together
) -> None:
    mine = booked(scene, TEN)
    together(move(scene, mine, TWO), move(scene, mine, at(10, day=FRIDAY)))
    row = fresh(mine)
    assert (row.sequence, row.patient_move_count) == (2, 2)
    (start, middle), (middle_again, end) = chain(row)
    assert datetime.fromisoformat(start) == TEN
    assert middle == middle_again
    assert datetime.fromisoformat(end) == row.starts_at
