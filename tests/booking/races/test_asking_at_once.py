"""A patient is asked about a time that overlaps their appointment, while others want it too.

Times: the appointment is at 10:00, the proposed time at 10:30 with the same therapist in the same
room, and others want 11:15, when the appointment is over.

First without the guard: two who look and then write, without the constraint; and an answer that
frees the held time before it takes it. Then as it is.
"""

from threading import Barrier, Event

import pytest
from django.db import DatabaseError

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.answer_proposal import take_proposed_time
from booking.actions.appointments.ask_patient import ask_patient, withdraw_proposal
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.close_proposal import close_proposal
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.locks import write_transaction
from booking.errors import (
    ChangeNotAllowed,
    ProposalExpired,
    Refusal,
    SlotTaken,
    TherapistBusy,
)
from booking.lifecycle import Status
from booking.models import Appointment, MoveProposal
from tests.booking.races.changes import ORDERS, THURSDAY, Together, booked, expendable, real
from tests.booking.races.concurrency import (
    PATIENCE,
    Job,
    all_at_once,
    overlaps,
    second_before_first_commits,
    simultaneously,
)
from tests.booking.races.own_database import drop_overlap_constraints
from tests.factories import AppointmentFactory
from tests.scene import GUEST, Scene, at, fresh, make_clinic

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

TEN, HALF_PAST_TEN, QUARTER_PAST_ELEVEN = (
    at(10, day=THURSDAY),
    at(10, 30, day=THURSDAY),
    at(11, 15, day=THURSDAY),
)
STAFF = Actor(ActorType.STAFF)


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=1, rooms=1, notice_minutes=60)


@pytest.fixture
def mine(scene: Scene) -> Appointment:
    return booked(scene, TEN)


def asking(mine: Appointment) -> Job:
    return lambda: ask_patient(fresh(mine), start=HALF_PAST_TEN, by=STAFF)


def holding(scene: Scene) -> Job:
    return lambda: scene.hold(QUARTER_PAST_ELEVEN, scene.therapist, "another browser")


def naive_pair(scene: Scene, mine: Appointment) -> list[Job]:
    """Return the insertion of the held time and of another booking, after both have looked."""
    looked = Barrier(2)
    same = {"therapist": mine.therapist, "room": mine.room, "option": scene.option, "event": None}

    def insert(**values: object) -> Job:
        def look_then_write() -> object:
            assert Appointment.objects.exclude(pk=mine.pk).count() == 0
            looked.wait(PATIENCE)
            return AppointmentFactory(**same, **values)

        return look_then_write

    return [
        insert(starts_at=HALF_PAST_TEN, held=True, proposed_for=mine.public_id),
        insert(starts_at=QUARTER_PAST_ELEVEN),
    ]


@expendable
def test_without_the_constraint_the_proposed_time_is_given_to_somebody_else_too(
    scene: Scene, mine: Appointment
) -> None:
    jobs = naive_pair(scene, mine)
    drop_overlap_constraints()
    results = all_at_once(jobs)

    assert [type(result) for result in results] == [Appointment] * 2
    assert overlaps() == 1


@real
def test_with_the_constraint_one_of_them_gets_it(scene: Scene, mine: Appointment) -> None:
    results = all_at_once(naive_pair(scene, mine))

    assert sum(isinstance(result, DatabaseError) for result in results) == 1
    assert overlaps() == 0


@ORDERS
@real
def test_either_the_patient_is_asked_or_somebody_else_holds_the_time(
    scene: Scene, mine: Appointment, together: Together
) -> None:
    asked, held = together(asking(mine), holding(scene))

    if isinstance(asked, MoveProposal):
        assert isinstance(held, SlotTaken)
    else:
        assert isinstance(asked, TherapistBusy)
        assert isinstance(held, Appointment)
        assert not MoveProposal.objects.exists()
    assert (fresh(mine).starts_at, overlaps()) == (TEN, 0)


@real
def test_an_answer_that_frees_the_time_before_it_takes_it_can_lose_it(
    scene: Scene, mine: Appointment
) -> None:
    """Two transactions instead of one: this is why taking the time is a single one."""
    asking(mine)()
    freed, held = Event(), Event()

    def free_then_take() -> object:
        with write_transaction():
            close_proposal(fresh(mine), by=GUEST)
        freed.set()
        assert held.wait(PATIENCE)
        return reschedule_appointment(fresh(mine), start=HALF_PAST_TEN, by=GUEST)

    def hold() -> object:
        assert freed.wait(PATIENCE)
        try:
            return holding(scene)()
        finally:
            held.set()

    taken, other = all_at_once([free_then_take, hold])
    assert isinstance(taken, Refusal)
    assert isinstance(other, Appointment)
    assert fresh(mine).starts_at == TEN


@pytest.mark.parametrize("together", [simultaneously, second_before_first_commits])
@real
def test_a_patient_who_takes_the_time_gets_it_whoever_else_wants_it(
    scene: Scene, mine: Appointment, together: Together
) -> None:
    asking(mine)()
    taken, held = together(lambda: take_proposed_time(fresh(mine), by=GUEST), holding(scene))

    assert isinstance(taken, Appointment)
    assert isinstance(held, SlotTaken)
    assert (fresh(mine).starts_at, overlaps()) == (HALF_PAST_TEN, 0)
    assert not Appointment.objects.filter(status=Status.HOLD).exists()


@ORDERS
@pytest.mark.parametrize("staff", ["withdraw", "cancel"])
@real
def test_an_answer_and_a_decision_of_staff_at_once_leave_nothing_held(
    mine: Appointment, together: Together, staff: str
) -> None:
    asking(mine)()
    act = withdraw_proposal if staff == "withdraw" else cancel_appointment
    taken, _ = together(
        lambda: take_proposed_time(fresh(mine), by=GUEST), lambda: act(fresh(mine), by=STAFF)
    )

    is_taken = isinstance(taken, Appointment)
    assert is_taken or isinstance(taken, ProposalExpired | ChangeNotAllowed)
    assert (fresh(mine).starts_at == HALF_PAST_TEN) == is_taken
    assert not MoveProposal.objects.open().exists()
    assert not Appointment.objects.filter(status=Status.HOLD).exists()
    assert overlaps() == 0


@ORDERS
@real
def test_two_clicks_on_take_this_time_move_it_once(mine: Appointment, together: Together) -> None:
    asking(mine)()
    endings = together(*[lambda: take_proposed_time(fresh(mine), by=GUEST)] * 2)

    assert [type(ending) for ending in endings] == [Appointment] * 2
    assert list(mine.events.values_list("kind", flat=True)).count("moved") == 1
