"""A patient can be asked about a time that needs the therapist or room of their own appointment."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.actions.appointments.answer_proposal import look_for_other_time, take_proposed_time
from booking.actions.appointments.ask_patient import ask_patient, withdraw_proposal
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.actions.holds.expire_holds import expire_holds
from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import NoRoomFree, NothingToAsk, ProposalExpired, SlotTaken, TherapistBusy
from booking.inputs import MoveTerms
from booking.lifecycle import Status
from booking.models import Appointment, MoveProposal
from booking.queries.availability.proposals import find_proposals
from booking.queries.availability.rescheduling import offers_to_move
from booking.queries.availability.slots import load_availability
from booking.queries.schedule.impact import find_impact
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import from_minutes
from tests.booking.schedule.schedule_changes import (
    STAFF,
    WEDNESDAY,
    Scene,
    ask,
    at,
    away,
    booked,
    faults,
    proposal_of,
)
from tests.factories import OfferFactory, OptionFactory, RoomFactory
from tests.scene import GUEST, events, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """The clinic has one room of that kind."""
    scene.rooms[1].is_active = False
    scene.rooms[1].save()
    return scene


@pytest.fixture
def row(scene: Scene) -> Appointment:
    """An appointment with Rosa on Wednesday, from 10 to 11, and the room is ready at 11:15."""
    return booked(scene, at(10, day=WEDNESDAY))


def on_wednesday(hour: int, minute: int = 0) -> datetime:
    return at(hour, minute, day=WEDNESDAY)


OVERLAPPING = pytest.mark.parametrize(
    ("start", "therapist"),
    [
        pytest.param(on_wednesday(10, 30), "rosa", id="half an hour later"),
        pytest.param(on_wednesday(9, 15), "rosa", id="three quarters of an hour earlier"),
        pytest.param(on_wednesday(10), "tom", id="with a colleague in the only room"),
        pytest.param(on_wednesday(10, 45), "tom", id="later, with a colleague in the only room"),
    ],
)


@OVERLAPPING
def test_asking_holds_the_place_and_accepting_moves_the_appointment_there(
    row: Appointment, start: datetime, therapist: str
) -> None:
    ask_patient(row, start=start, therapist=therapist, by=STAFF)
    hold = proposal_of(row).hold
    assert (hold.status, hold.room_id, hold.proposed_for) == (
        Status.HOLD,
        row.room_id,
        row.public_id,
    )
    assert (fresh(row).starts_at, faults()) == (row.starts_at, [])
    for _twice in range(2):
        take_proposed_time(row, by=GUEST)

    moved = fresh(row)
    assert (moved.starts_at, moved.therapist.slug, moved.status) == (start, therapist, "booked")
    assert events(moved) == ["booked", "asked", "moved"]
    assert not Appointment.objects.filter(status=Status.HOLD).exists()
    assert faults() == []


@OVERLAPPING
def test_without_an_answer_or_after_a_no_nothing_is_left(
    row: Appointment, start: datetime, therapist: str, settings: Any
) -> None:
    ask_patient(row, start=start, therapist=therapist, by=STAFF)
    withdraw_proposal(row, by=STAFF)
    assert not Appointment.objects.filter(status=Status.HOLD).exists()
    ask_patient(row, start=start, therapist=therapist, by=STAFF)
    settings.CLINIC_CLOCK = clock.now() + timedelta(hours=25)
    with pytest.raises(ProposalExpired):
        take_proposed_time(row, by=GUEST)
    expire_holds(clock.now())

    assert (fresh(row).starts_at, fresh(row).status) == (row.starts_at, Status.BOOKED)
    assert not Appointment.objects.filter(status=Status.HOLD).exists()
    assert faults() == []


def test_a_patient_who_cancels_frees_both_times_and_can_undo_it(
    scene: Scene, row: Appointment
) -> None:
    ask_patient(row, start=on_wednesday(10, 30), by=STAFF)
    cancel_appointment(row, by=GUEST)
    assert not Appointment.objects.filter(status=Status.HOLD).exists()
    restore_appointment(row, by=GUEST)

    assert (fresh(row).starts_at, fresh(row).status) == (row.starts_at, Status.BOOKED)
    with pytest.raises(ProposalExpired):
        take_proposed_time(row, by=GUEST)


@pytest.mark.parametrize(
    ("start", "place"),
    [
        pytest.param(on_wednesday(10), 0, id="the booked time"),
        pytest.param(on_wednesday(11, 15), 0, id="after it, within the proposed time"),
        pytest.param(on_wednesday(11, 15), 1, id="then with a colleague, who needs the room"),
        pytest.param(on_wednesday(9, 15), 0, id="until after the booked time begins"),
    ],
)
def test_nobody_else_gets_the_booked_or_the_proposed_time(
    scene: Scene, row: Appointment, start: datetime, place: int
) -> None:
    ask_patient(row, start=on_wednesday(10, 30), by=STAFF)
    with pytest.raises(SlotTaken):
        scene.hold(start, scene.therapists[place])


def test_a_colleague_who_is_proposed_is_not_booked_in_another_room_meanwhile(
    scene: Scene, row: Appointment
) -> None:
    ask_patient(row, start=row.starts_at, therapist="tom", by=STAFF)
    RoomFactory(kind=scene.kind)
    with pytest.raises(SlotTaken):
        scene.hold(row.starts_at, scene.therapists[1])


def test_a_place_of_somebody_else_cannot_be_proposed(scene: Scene, row: Appointment) -> None:
    booked(scene, on_wednesday(11, 15))
    with pytest.raises(TherapistBusy):
        ask_patient(row, start=on_wednesday(10, 30), by=STAFF)
    with pytest.raises(NoRoomFree):
        ask_patient(row, start=on_wednesday(10, 30), therapist="tom", by=STAFF)

    assert not MoveProposal.objects.exists()


def test_a_place_proposed_to_somebody_else_cannot_be_proposed(
    scene: Scene, row: Appointment
) -> None:
    ask_patient(row, start=on_wednesday(10, 30), by=STAFF)
    other = booked(scene, on_wednesday(13))
    with pytest.raises(TherapistBusy):
        ask_patient(other, start=on_wednesday(11, 15), by=STAFF)


def test_another_question_can_replace_the_first_at_an_overlapping_time(row: Appointment) -> None:
    ask_patient(row, start=on_wednesday(10, 30), by=STAFF)
    second = ask_patient(row, start=on_wednesday(10, 45), by=STAFF)

    assert list(MoveProposal.objects.open()) == [second]
    assert Appointment.objects.filter(status=Status.HOLD).count() == 1
    assert faults() == []


def test_patient_and_staff_can_choose_a_time_that_overlaps_the_proposed_one(
    scene: Scene, row: Appointment
) -> None:
    ask_patient(row, start=on_wednesday(10, 30), by=STAFF)
    look_for_other_time(row, by=GUEST)
    offered = load_availability(
        scene.clinic,
        offers_to_move(row, scene.clinic),
        first=WEDNESDAY,
        last=WEDNESDAY,
        now=clock.now(),
        excluding=row,
    )
    starts = {from_minutes(slot.start) for slot in offered.slots()}
    assert {on_wednesday(10, 30), on_wednesday(11), on_wednesday(11, 15)} <= starts
    reschedule_appointment(row, start=on_wednesday(11), by=GUEST)
    assert fresh(row).starts_at == on_wednesday(11)
    ask_patient(row, start=on_wednesday(11, 30), by=STAFF)
    reschedule_appointment(row, start=on_wednesday(12), terms=MoveTerms(), by=STAFF)

    assert fresh(row).starts_at == on_wednesday(12)
    assert not MoveProposal.objects.open().exists()
    assert faults() == []


def test_nobody_is_asked_about_another_room_or_length_alone(scene: Scene, row: Appointment) -> None:
    longer = OptionFactory(treatment=scene.treatment, minutes=90)
    OfferFactory(therapist=scene.therapist, option=longer)
    for terms in (MoveTerms(), MoveTerms(option=longer.pk)):
        with pytest.raises(NothingToAsk):
            ask_patient(row, start=row.starts_at, terms=terms, by=STAFF)


def test_a_longer_treatment_around_the_booked_time_can_be_proposed(
    scene: Scene, row: Appointment
) -> None:
    longer = OptionFactory(treatment=scene.treatment, minutes=120)
    OfferFactory(therapist=scene.therapist, option=longer)
    terms = MoveTerms(option=longer.pk)
    ask_patient(row, start=on_wednesday(9, 30), terms=terms, by=STAFF)
    assert faults() == []
    take_proposed_time(row, by=GUEST)

    assert (fresh(row).starts_at, fresh(row).minutes) == (on_wednesday(9, 30), 120)


def test_the_preview_of_time_off_asks_about_a_colleague_in_the_only_room(
    scene: Scene, row: Appointment
) -> None:
    rosa, tom = scene.therapists
    change = away(rosa, WEDNESDAY)
    affected = find_impact(change, scene.clinic, clock.now()).affected
    places = find_proposals(affected, change, scene.clinic, clock.now())[row.pk]
    same_time = [place for place in places if place.same_time]
    assert [(place.therapist, place.can_ask) for place in same_time] == [(tom, True)]
    change_schedule(change, resolutions={row.pk: ask(row, row.starts_at, tom)}, by=STAFF)
    take_proposed_time(row, by=GUEST)

    assert (fresh(row).therapist, fresh(row).starts_at) == (tom, row.starts_at)
    assert faults() == []
