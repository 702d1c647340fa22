"""Holding a slot beside other appointments, overdue holds and taken rooms."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from booking.errors import SlotNotOffered, SlotTaken
from booking.lifecycle import OCCUPYING_STATUSES, Status
from booking.models import Appointment, Therapist
from tests import factories as make
from tests.scene import Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

HOLD = timedelta(minutes=10)


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


def busy(therapist: Therapist, start: datetime, **values: Any) -> Appointment:
    """An hour's appointment with a quarter of an hour to clean up, in a room elsewhere."""
    made: Appointment = make.AppointmentFactory(therapist=therapist, starts_at=start, **values)
    return made


@pytest.mark.parametrize("status", OCCUPYING_STATUSES)
def test_a_taken_time_is_refused_with_a_message(scene: Scene, status: Status) -> None:
    busy(scene.therapists[0], at(10), status=status, hold_expires_at=at(9))
    with pytest.raises(SlotTaken) as refused:
        scene.hold(at(10), scene.therapists[0])
    assert str(refused.value) == "Sorry, someone was faster: that time has just been taken."


@pytest.mark.parametrize(
    "status", [status for status in Status if status not in OCCUPYING_STATUSES]
)
def test_a_released_time_can_be_held(scene: Scene, status: Status) -> None:
    busy(scene.therapists[0], at(10), room=scene.rooms[0], status=status)
    assert scene.hold(at(10), scene.therapists[0]).room == scene.rooms[0]


@pytest.mark.parametrize(
    ("start", "free"),
    [
        pytest.param(at(8), False, id="closed"),
        pytest.param(at(10, 45), False, id="its turnaround would run into the next"),
        pytest.param(at(13), False, id="in the other's turnaround"),
        pytest.param(at(13, 15), True, id="when the other's turnaround is over"),
        pytest.param(at(10, 30), False, id="its treatment would just fit, its turnaround not"),
        pytest.param(at(10, 0), True, id="with its turnaround before the next"),
    ],
)
def test_the_turnaround_blocks_the_therapist(start: datetime, free: bool, scene: Scene) -> None:
    busy(scene.therapists[0], at(12) - timedelta(minutes=30), option__minutes=90)
    if free:
        assert scene.hold(start, scene.therapists[0]).starts_at == start
    else:
        with pytest.raises((SlotTaken, SlotNotOffered)):
            scene.hold(start, scene.therapists[0])


def test_the_next_room_is_used_when_one_is_taken(scene: Scene) -> None:
    make.AppointmentFactory(room=scene.rooms[0], starts_at=at(10, 30))
    assert scene.hold(at(10)).room == scene.rooms[1]


def test_without_a_free_room_of_the_kind_the_time_is_taken(scene: Scene) -> None:
    make.RoomFactory()  # of another kind
    for room in scene.rooms:
        make.AppointmentFactory(room=room, starts_at=at(10, 30))
    with pytest.raises(SlotTaken):
        scene.hold(at(10))


def test_a_treatment_that_needs_no_kind_takes_any_room(scene: Scene) -> None:
    scene.option.treatment.room_kind = None
    scene.option.treatment.save()
    other = make.RoomFactory(name="A room of another kind")
    for room in scene.rooms:
        make.AppointmentFactory(room=room, starts_at=at(10))
    assert scene.hold(at(10)).room == other


def test_an_overdue_hold_is_expired_when_its_time_is_taken(
    scene: Scene, settings: Settings, frozen_clock: datetime
) -> None:
    lapsed = scene.hold(at(10), scene.therapists[0], "a browser that was closed")
    settings.CLINIC_CLOCK = frozen_clock + HOLD
    fresh = scene.hold(at(10, 30), scene.therapists[0], "another browser")
    lapsed.refresh_from_db()
    assert (lapsed.status, events(lapsed)) == (Status.EXPIRED, ["held", "expired"])
    assert lapsed.events.get(kind="expired").actor_type == "system"
    assert fresh.status == Status.HOLD


def test_a_hold_blocks_its_time_until_it_expires(
    scene: Scene, settings: Settings, frozen_clock: datetime
) -> None:
    held = scene.hold(at(10), scene.therapists[0])
    settings.CLINIC_CLOCK = frozen_clock + HOLD - timedelta(seconds=1)
    with pytest.raises(SlotTaken):
        scene.hold(at(10), scene.therapists[0], "another browser")
    held.refresh_from_db()
    assert held.status == Status.HOLD


def test_an_overdue_hold_of_another_therapist_frees_the_room(
    settings: Settings, frozen_clock: datetime
) -> None:
    scene = make_clinic(therapists=2, rooms=1)
    lapsed = scene.hold(at(10), scene.therapists[0], "a browser that was closed")
    settings.CLINIC_CLOCK = frozen_clock + HOLD
    scene.hold(at(10), scene.therapists[1], "another browser")
    lapsed.refresh_from_db()
    assert lapsed.status == Status.EXPIRED


def test_overdue_holds_at_other_times_are_not_changed(
    scene: Scene, settings: Settings, frozen_clock: datetime
) -> None:
    elsewhere = scene.hold(at(14), scene.therapists[0])
    settings.CLINIC_CLOCK = frozen_clock + HOLD
    scene.hold(at(10), scene.therapists[0])
    elsewhere.refresh_from_db()
    assert (elsewhere.status, events(elsewhere)) == (Status.HOLD, ["held"])


def test_a_refused_request_does_not_expire_holds(
    scene: Scene, settings: Settings, frozen_clock: datetime
) -> None:
    lapsed = scene.hold(at(10), scene.therapists[0])
    make.TimeOffFactory(therapist=scene.therapists[0], starts_at=at(9), ends_at=at(17))
    settings.CLINIC_CLOCK = frozen_clock + HOLD
    with pytest.raises(SlotNotOffered):
        scene.hold(at(10), scene.therapists[0])
    lapsed.refresh_from_db()
    assert (lapsed.status, events(lapsed)) == (Status.HOLD, ["held"])


def test_the_same_browser_asking_again_gets_its_own_hold(scene: Scene) -> None:
    first, again = scene.hold(at(10)), scene.hold(at(10))
    assert again == first
    assert events(first) == ["held"]


def test_the_same_browser_after_its_hold_ran_out_gets_a_new_one(
    scene: Scene, settings: Settings, frozen_clock: datetime
) -> None:
    first = scene.hold(at(10), scene.therapists[0])
    settings.CLINIC_CLOCK = frozen_clock + HOLD
    again = scene.hold(at(10), scene.therapists[0])
    first.refresh_from_db()
    assert (again != first, first.status) == (True, Status.EXPIRED)


def test_browsers_without_a_key_never_share_a_hold() -> None:
    scene = make_clinic()
    scene.hold(at(10), browser_key="")
    with pytest.raises(SlotTaken):
        scene.hold(at(10), browser_key="")


def test_the_price_is_the_therapists_own(scene: Scene) -> None:
    scene.therapists[1].offers.update(own_price=Decimal("97.50"))
    assert scene.hold(at(10), scene.therapists[0]).price == Decimal("85.00")
    assert scene.hold(at(10), scene.therapists[1]).price == Decimal("97.50")


def test_an_own_price_of_zero_is_used(scene: Scene) -> None:
    scene.therapists[0].offers.update(own_price=0)
    assert scene.hold(at(10), scene.therapists[0]).price == 0


def test_any_therapist_is_the_one_with_the_fewest_minutes_that_week(scene: Scene) -> None:
    busy(scene.therapists[0], at(15))
    hold = scene.hold(at(10))
    assert (hold.therapist, hold.any_therapist) == (scene.therapists[1], True)


def test_minutes_of_last_week_and_of_cancelled_appointments_do_not_count(scene: Scene) -> None:
    busy(scene.therapists[0], at(15) - timedelta(days=2))  # Sunday
    busy(scene.therapists[0], at(15), status=Status.CANCELLED)
    busy(scene.therapists[1], at(15), option__minutes=30)
    assert scene.hold(at(10)).therapist == scene.therapists[0]


def test_of_equally_busy_therapists_the_tightest_fit_is_chosen(scene: Scene) -> None:
    busy(scene.therapists[0], at(15))
    busy(scene.therapists[1], at(11, 30))  # frees at 12:45
    assert scene.hold(at(12, 45)).therapist == scene.therapists[1]


def test_of_equal_therapists_the_first_in_order_is_chosen(scene: Scene) -> None:
    assert scene.hold(at(10)).therapist == scene.therapists[0]


def test_any_therapist_is_one_who_is_free(scene: Scene) -> None:
    busy(scene.therapists[1], at(10))
    make.TimeOffFactory(therapist=scene.therapists[0], starts_at=at(14), ends_at=at(17))
    assert scene.hold(at(10, 30)).therapist == scene.therapists[0]
    with pytest.raises(SlotTaken):
        scene.hold(at(10, 30), browser_key="another browser")


def test_a_requested_therapist_is_not_stored_as_any(scene: Scene) -> None:
    assert scene.hold(at(10), scene.therapists[0]).any_therapist is False
