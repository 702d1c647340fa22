"""A hold is confirmed once, while it is active and the time is still open."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from importlib import import_module

import pytest
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.release_hold import release_hold
from booking.errors import HoldExpired, InvalidState, OptionNotOffered, Refusal, SlotTaken
from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, Patient
from tests import factories as make
from tests.scene import ADA, GUEST, TUESDAY, Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

OTHER = PersonalDetails("Bob Example", "bob@mail.example", "312-555-0102", "another note")


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


@pytest.fixture
def hold(scene: Scene) -> Appointment:
    return scene.hold(at(10), scene.therapists[0])


def assert_still_held(hold: Appointment) -> None:
    """Nothing has been written."""
    hold.refresh_from_db()
    assert (hold.status, hold.patient, events(hold)) == (Status.HOLD, None, ["held"])
    assert Patient.objects.count() == 0


def test_confirming_writes_person_note_time_and_history(
    hold: Appointment, frozen_clock: datetime
) -> None:
    booked = Appointment.objects.get(pk=book_appointment(hold, ADA, by=GUEST).pk)
    assert (booked.pk, booked.status, booked.patient_note) == (hold.pk, Status.BOOKED, "left knee")
    assert booked.patient is not None
    assert (booked.patient.name, booked.patient.email, booked.patient.phone) == (
        "Ada Example",
        "ada@mail.example",
        "312-555-0101",
    )
    assert (booked.booked_at, booked.terms_accepted_at) == (frozen_clock, frozen_clock)
    assert booked.hold_expires_at is None
    assert events(booked) == ["held", "booked"]


def test_confirming_changes_neither_time_nor_price_nor_people(hold: Appointment) -> None:
    before = (
        hold.starts_at,
        hold.ends_at,
        hold.blocked_until,
        hold.price,
        hold.therapist,
        hold.room,
    )
    hold.option.price = 1
    hold.option.save()
    after = book_appointment(hold, ADA, by=GUEST)
    assert before == (
        after.starts_at, after.ends_at, after.blocked_until, after.price, after.therapist,
        after.room
    )  # fmt: skip


def test_the_draft_is_deleted_after_booking(hold: Appointment) -> None:
    Appointment.objects.get(pk=hold.pk)
    hold.draft = "typed"
    hold.save()
    assert book_appointment(hold, ADA, by=GUEST).draft == ""


def test_the_history_contains_no_personal_details(hold: Appointment) -> None:
    booked = book_appointment(hold, ADA, by=GUEST)
    assert [event.details for event in booked.events.all()] == [{}, {}]


def test_confirming_again_returns_the_same_appointment_unchanged(
    hold: Appointment, settings: Settings, frozen_clock: datetime
) -> None:
    booked = book_appointment(hold, ADA, by=GUEST)
    settings.CLINIC_CLOCK = frozen_clock + timedelta(hours=1)
    again = book_appointment(hold, OTHER, by=GUEST)
    assert (again, again.patient_note, again.booked_at) == (booked, "left knee", frozen_clock)
    assert Patient.objects.get().name == "Ada Example"
    assert events(booked) == ["held", "booked"]


@pytest.mark.parametrize("with_account", [True, False])
def test_a_guest_never_attaches_to_a_patient_with_the_same_address(
    hold: Appointment, with_account: bool
) -> None:
    user = make.UserFactory(email=ADA.email) if with_account else None
    known = make.PatientFactory(email=ADA.email, name="Somebody else", user=user)
    booked = book_appointment(hold, ADA, by=GUEST)
    known.refresh_from_db()
    assert booked.patient != known
    assert booked.patient is not None
    assert (booked.patient.user, known.name) == (None, "Somebody else")


def test_a_hold_can_be_confirmed_until_its_last_second(
    hold: Appointment, settings: Settings, frozen_clock: datetime
) -> None:
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=10) - timedelta(microseconds=1)
    assert book_appointment(hold, ADA, by=GUEST).status == Status.BOOKED


def test_a_hold_that_ran_out_cannot_be_confirmed(
    hold: Appointment, settings: Settings, frozen_clock: datetime
) -> None:
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=10)
    with pytest.raises(HoldExpired):
        book_appointment(hold, ADA, by=GUEST)
    assert_still_held(hold)


def test_a_hold_marked_as_expired_cannot_be_confirmed(hold: Appointment) -> None:
    Appointment.objects.update(status=Status.EXPIRED)
    with pytest.raises(HoldExpired):
        book_appointment(hold, ADA, by=GUEST)
    assert Patient.objects.count() == 0


def test_a_released_hold_cannot_be_confirmed(hold: Appointment) -> None:
    release_hold(hold, by=GUEST)
    with pytest.raises(InvalidState):
        book_appointment(hold, ADA, by=GUEST)
    assert Patient.objects.count() == 0


def test_a_released_hold_that_another_took_is_refused_with_a_message(
    scene: Scene, hold: Appointment
) -> None:
    release_hold(hold, by=GUEST)
    scene.hold(at(10), scene.therapists[0], "another browser")
    with pytest.raises(Refusal):
        book_appointment(hold, ADA, by=GUEST)


@pytest.mark.parametrize(
    "status", [Status.ARRIVED, Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW]
)
def test_a_booked_appointment_is_not_changed_by_confirming_again(
    hold: Appointment, status: Status
) -> None:
    """By an old page, or a repeated request, with somebody's other details."""
    person = book_appointment(hold, ADA, by=GUEST).patient
    Appointment.objects.update(status=status)
    with pytest.raises(InvalidState):
        book_appointment(hold, OTHER, by=GUEST)
    hold.refresh_from_db()
    assert (hold.status, hold.patient, Patient.objects.count()) == (status, person, 1)


def closed_that_day(hold: Appointment) -> None:
    make.ClosureFactory(first_day=TUESDAY)


def closed_at_the_end_of_it(hold: Appointment) -> None:
    make.ClosureFactory(first_day=TUESDAY, starts=time(10, 45), ends=time(11))


def therapist_away(hold: Appointment) -> None:
    make.TimeOffFactory(therapist=hold.therapist, starts_at=at(9), ends_at=at(12))


def day_off(hold: Appointment) -> None:
    make.DateExceptionFactory(therapist=hold.therapist, day=TUESDAY)


@pytest.mark.parametrize(
    "close", [closed_that_day, closed_at_the_end_of_it, therapist_away, day_off]
)
def test_a_day_closed_after_the_hold_cannot_be_confirmed(
    hold: Appointment, close: Callable[[Appointment], None]
) -> None:
    close(hold)
    with pytest.raises(SlotTaken):
        book_appointment(hold, ADA, by=GUEST)
    assert_still_held(hold)


@pytest.mark.parametrize("thing", ["option", "treatment", "therapist", "offer"])
def test_options_removed_after_the_hold_cannot_be_confirmed(hold: Appointment, thing: str) -> None:
    if thing == "offer":
        hold.therapist.offers.all().delete()
    else:
        row = {
            "option": hold.option, "treatment": hold.option.treatment, "therapist": hold.therapist
        }[thing]  # fmt: skip
        row.is_active = False
        row.save()
    with pytest.raises(OptionNotOffered):
        book_appointment(hold, ADA, by=GUEST)
    assert_still_held(hold)


def test_the_notice_is_checked_at_the_hold_and_not_at_confirming(
    scene: Scene, settings: Settings, frozen_clock: datetime
) -> None:
    hold = scene.hold(frozen_clock + timedelta(hours=2))
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=5)
    assert book_appointment(hold, ADA, by=GUEST).status == Status.BOOKED


def test_an_adjacent_booking_does_not_prevent_confirming(scene: Scene, hold: Appointment) -> None:
    neighbour = scene.hold(at(11, 15), scene.therapists[0], "another browser")
    book_appointment(neighbour, OTHER, by=GUEST)
    assert book_appointment(hold, ADA, by=GUEST).status == Status.BOOKED


def test_nothing_is_saved_when_the_history_cannot_be_written(
    hold: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(
        import_module("booking.actions.appointments.book_online"), "record_event", fail
    )
    with pytest.raises(RuntimeError):
        book_appointment(hold, ADA, by=GUEST)
    assert_still_held(hold)
