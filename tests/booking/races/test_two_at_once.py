"""Two concurrent requests for the same hold or time: only one of the possible results is valid.

`all_at_once` leaves the order to chance; with `second_before_first_commits` the second request
begins when the first has written but not committed.
"""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.expire_holds import expire_holds
from booking.actions.holds.release_hold import release_hold
from booking.errors import HoldExpired, InvalidState, SlotTaken
from booking.lifecycle import Status
from booking.models import Appointment, Patient
from tests.booking.races.concurrency import (
    ORDERS,
    Job,
    Together,
    overlaps,
    second_before_first_commits,
    simultaneously,
)
from tests.scene import ADA, GUEST, Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database"),
    pytest.mark.postgresql,
]

ROUNDS = 8


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


@ORDERS
@pytest.mark.parametrize("choice", [0, None], ids=["one therapist", "any therapist"])
def test_a_double_click_gives_one_and_the_same_hold(
    scene: Scene, together: Together, choice: int | None
) -> None:
    therapist = None if choice is None else scene.therapists[choice]

    def click() -> object:
        return scene.hold(at(10), therapist).pk

    first, second = together(click, click)
    hold = Appointment.objects.get()
    assert [first, second] == [hold.pk, hold.pk]
    assert events(hold) == ["held"]


@ORDERS
def test_two_confirmations_of_one_hold_are_one_appointment_of_one_patient(
    scene: Scene, together: Together
) -> None:
    hold = scene.hold(at(10))

    def confirm() -> object:
        return book_appointment(Appointment.objects.get(pk=hold.pk), ADA, by=GUEST).patient_id

    patients = together(confirm, confirm)
    patient = Patient.objects.get()
    assert patients == [patient.pk, patient.pk]
    assert events(hold) == ["held", "booked"]


def confirming_and_expiring(hold: Appointment, now: datetime) -> tuple[Job, Job]:
    """The patient is just in time by one clock, and too late by another's."""
    late = now + timedelta(hours=1)
    return (
        lambda: book_appointment(Appointment.objects.get(pk=hold.pk), ADA, by=GUEST),
        lambda: expire_holds(late),
    )


def assert_one_ending(hold: Appointment, confirmed: object, expired: object) -> None:
    """Booked, or expired; never both, never something between."""
    hold.refresh_from_db()
    if isinstance(confirmed, HoldExpired):
        assert (expired, hold.status, hold.patient) == (1, Status.EXPIRED, None)
        assert events(hold) == ["held", "expired"]
    else:
        assert (expired, hold.status) == (0, Status.BOOKED)
        assert hold.patient is not None
        assert events(hold) == ["held", "booked"]


def test_a_hold_is_either_confirmed_or_expired(scene: Scene, frozen_clock: datetime) -> None:
    for number in range(ROUNDS):
        hold = scene.hold(at(9 + number // 2), scene.therapists[number % 2], f"browser {number}")
        confirm, expire = confirming_and_expiring(hold, frozen_clock)
        assert_one_ending(hold, *simultaneously(confirm, expire))
        hold.refresh_from_db()
        Appointment.objects.filter(pk=hold.pk).update(status=Status.CANCELLED)


def test_a_hold_being_confirmed_does_not_expire(scene: Scene, frozen_clock: datetime) -> None:
    hold = scene.hold(at(10))
    confirm, expire = confirming_and_expiring(hold, frozen_clock)
    confirmed, expired = second_before_first_commits(confirm, expire)
    assert isinstance(confirmed, Appointment)
    assert_one_ending(hold, confirmed, expired)


def test_a_hold_being_expired_cannot_be_confirmed(scene: Scene, frozen_clock: datetime) -> None:
    hold = scene.hold(at(10))
    confirm, expire = confirming_and_expiring(hold, frozen_clock)
    expired, confirmed = second_before_first_commits(expire, confirm)
    assert isinstance(confirmed, HoldExpired)
    assert_one_ending(hold, confirmed, expired)


def confirming_and_releasing(hold: Appointment) -> tuple[Job, Job]:
    return (
        lambda: book_appointment(hold, ADA, by=GUEST),
        lambda: release_hold(hold, by=GUEST),
    )


def test_a_hold_being_confirmed_cannot_be_released(scene: Scene) -> None:
    hold = scene.hold(at(10))
    confirm, release = confirming_and_releasing(hold)
    second_before_first_commits(confirm, release)
    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.BOOKED, ["held", "booked"])


def test_a_hold_being_released_cannot_be_confirmed(scene: Scene) -> None:
    hold = scene.hold(at(10))
    confirm, release = confirming_and_releasing(hold)
    _, confirmed = second_before_first_commits(release, confirm)
    assert isinstance(confirmed, InvalidState)
    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.CANCELLED, ["held", "released"])


@ORDERS
def test_the_last_free_room_goes_to_one_of_two_therapists(together: Together) -> None:
    scene = make_clinic(therapists=2, rooms=1)
    endings = together(
        lambda: scene.hold(at(10), scene.therapists[0], "one browser"),
        lambda: scene.hold(at(10, 30), scene.therapists[1], "another browser"),
    )
    assert sum(isinstance(ending, SlotTaken) for ending in endings) == 1
    assert Appointment.objects.count() == 1
    assert overlaps() == 0


@ORDERS
def test_two_requests_that_retake_an_expired_hold_add_one_event(
    scene: Scene, together: Together, settings: Settings, frozen_clock: datetime
) -> None:
    therapist = scene.therapists[0]
    lapsed = scene.hold(at(10), therapist, "a browser that was closed")
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=10)
    endings = together(
        lambda: scene.hold(at(10), therapist, "one browser"),
        lambda: scene.hold(at(10), therapist, "another browser"),
    )
    assert sum(isinstance(ending, SlotTaken) for ending in endings) == 1
    lapsed.refresh_from_db()
    assert (lapsed.status, events(lapsed)) == (Status.EXPIRED, ["held", "expired"])
