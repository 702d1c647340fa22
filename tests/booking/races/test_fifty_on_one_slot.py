"""Fifty people after one slot at the same moment. One gets it.

First without the constraint, to show that the race is real; then with it; then as the site does it.
"""

from collections import Counter
from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import DatabaseError

from booking.actions.appointments.book_online import book_appointment
from booking.errors import SlotTaken
from booking.lifecycle import Status
from booking.models import Appointment, Patient
from tests.booking.races.concurrency import PATIENCE, all_at_once, overlaps
from tests.booking.races.own_database import drop_overlap_constraints
from tests.factories import AppointmentFactory, PatientFactory
from tests.scene import ADA, GUEST, Scene, at, events, make_clinic

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

CROWD = 50


def check_then_write_in_all_threads(crowd: int) -> list[Callable[[], Appointment]]:
    """Naive code at its unluckiest: nobody writes before everybody has looked."""
    scene, patient = make_clinic(), PatientFactory()
    everybody_looked = Barrier(crowd)
    wanted = {"therapist": scene.therapists[0], "room": scene.rooms[0], "starts_at": at(10)}

    def look_then_take() -> Appointment:
        assert not Appointment.objects.filter(**wanted).exists()
        everybody_looked.wait(PATIENCE)
        made: Appointment = AppointmentFactory(
            option=scene.option, patient=patient, event=None, **wanted
        )
        return made

    return [look_then_take] * crowd


@pytest.mark.usefixtures("expendable_database")
def test_without_the_constraint_all_requests_get_the_slot() -> None:
    jobs = check_then_write_in_all_threads(CROWD)
    drop_overlap_constraints()
    results = all_at_once(jobs)
    assert [type(result) for result in results] == [Appointment] * CROWD
    assert overlaps() == CROWD * (CROWD - 1) // 2


@pytest.mark.usefixtures("database")
def test_with_the_constraint_one_request_gets_the_slot() -> None:
    results = all_at_once(check_then_write_in_all_threads(CROWD))
    refused = [result for result in results if isinstance(result, DatabaseError)]
    assert len(refused) == CROWD - 1
    assert Appointment.objects.count() == 1


def hold_then_book(scene: Scene, number: int) -> Callable[[], Appointment]:
    """What one visitor does."""

    def visit() -> Appointment:
        hold = scene.hold(at(10), browser_key=f"browser {number}")
        return book_appointment(hold, ADA, by=GUEST)

    return visit


def assert_one_of_fifty_books() -> None:
    scene = make_clinic()
    results = all_at_once([hold_then_book(scene, number) for number in range(CROWD)])
    assert Counter(type(result) for result in results) == {Appointment: 1, SlotTaken: CROWD - 1}
    booked = Appointment.objects.get()
    assert (booked.status, events(booked)) == (Status.BOOKED, ["held", "booked"])
    assert Patient.objects.count() == 1


@pytest.mark.usefixtures("database")
def test_of_fifty_guests_one_books_and_the_others_are_refused() -> None:
    assert_one_of_fifty_books()


@pytest.mark.usefixtures("expendable_database")
def test_the_locks_alone_prevent_double_bookings() -> None:
    drop_overlap_constraints()
    assert_one_of_fifty_books()


@pytest.mark.usefixtures("database")
def test_concurrent_holds_fill_exactly_the_free_rooms() -> None:
    scene = make_clinic(therapists=5, rooms=3)
    results = all_at_once([hold_then_book(scene, number) for number in range(20)])
    assert Counter(type(result) for result in results) == {Appointment: 3, SlotTaken: 17}
    assert overlaps() == 0
