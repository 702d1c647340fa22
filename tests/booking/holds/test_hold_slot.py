"""Holding a slot: what is accepted, what is refused, and what the server sets."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

from booking.actions.holds.hold_slot import SlotRequest, hold_slot
from booking.actions.locks import lock_resources
from booking.errors import OptionNotOffered, Refusal, RoomTaken, SlotNotOffered, SlotTaken
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, Offer, Therapist
from tests import factories as make
from tests.scene import GUEST, TUESDAY, Scene, at, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

MINUTE = timedelta(minutes=1)
MONDAY = TUESDAY - timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    return make_clinic()


def assert_refused(refusal: type[Refusal], scene: Scene, start: datetime) -> None:
    """Exactly that refusal, and nothing written."""
    before = Appointment.objects.count()
    with pytest.raises(Refusal) as refused:
        scene.hold(start)
    assert type(refused.value) is refusal
    assert Appointment.objects.count() == before


def test_the_server_sets_end_price_room_and_status(scene: Scene, frozen_clock: datetime) -> None:
    hold = Appointment.objects.get(pk=scene.hold(at(10)).pk)
    assert (hold.starts_at, hold.ends_at, hold.blocked_until) == (at(10), at(11), at(11, 15))
    assert (hold.therapist, hold.room) == (scene.therapists[0], scene.rooms[0])
    assert (hold.price, hold.currency, hold.status) == (Decimal("85.00"), "USD", Status.HOLD)
    assert (hold.patient, hold.booked_at, hold.any_therapist) == (None, None, True)
    assert (hold.created_at, hold.hold_expires_at) == (frozen_clock, frozen_clock + 10 * MINUTE)


def test_a_hold_adds_one_event(scene: Scene, frozen_clock: datetime) -> None:
    event = AppointmentEvent.objects.get(appointment=scene.hold(at(10)))
    assert (event.kind, event.actor_type, event.user, event.details) == ("held", "guest", None, {})
    assert event.at == frozen_clock


def test_the_length_of_a_hold_is_a_setting_of_the_clinic(frozen_clock: datetime) -> None:
    hold = make_clinic(hold_minutes=30).hold(at(10))
    assert hold.hold_expires_at == frozen_clock + 30 * MINUTE


def test_an_earlier_draft_is_copied_to_the_new_hold(scene: Scene) -> None:
    hold = hold_slot(scene.slot_request(at(10)), by=GUEST, browser_key="browser", draft="typed")
    assert Appointment.objects.get(pk=hold.pk).draft == "typed"


def test_a_start_can_be_given_in_any_time_zone(scene: Scene) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    assert scene.hold(at(10).astimezone(kathmandu)).starts_at == at(10)


NEVER_OFFERED = {
    "past": at(11, day=MONDAY),
    "the present minute": at(12, day=MONDAY),
    "too soon by a grid step": at(13, 45, day=MONDAY),
    "last year": at(10, day=date(2025, 11, 24)),
    "the day after the horizon": at(10, day=MONDAY + timedelta(days=61)),
    "next year": at(10, day=date(2027, 11, 24)),
    "off the grid": at(10, 5),
    "a second off": at(10).replace(second=1),
    "a microsecond off": at(10).replace(microsecond=1),
    "before opening": at(8, 45),
    "running past closing time": at(16, 15),
    "at closing time": at(17),
    "at night": at(3),
}


@pytest.mark.parametrize("start", NEVER_OFFERED.values(), ids=NEVER_OFFERED)
def test_a_start_that_is_not_offered_cannot_be_held(scene: Scene, start: datetime) -> None:
    assert_refused(SlotNotOffered, scene, start)


OFFERED = {
    "at the shortest notice": at(14, day=MONDAY),
    "on the last day of the horizon": at(10, day=MONDAY + timedelta(days=60)),
    "at opening time": at(9),
    "ending at closing time, the turnaround after it": at(16),
}


@pytest.mark.parametrize("start", OFFERED.values(), ids=OFFERED)
def test_a_start_at_the_edge_of_what_is_offered_can_be_held(scene: Scene, start: datetime) -> None:
    assert scene.hold(start).starts_at == start


EXTREME = {
    "the first instant": datetime.min.replace(tzinfo=UTC),
    "the first instant, east": datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    "the first instant, west": datetime.min.replace(tzinfo=timezone(timedelta(hours=-12))),
    "the second day": datetime(1, 1, 2, tzinfo=UTC),
    "the third day": datetime(1, 1, 3, 12, tzinfo=UTC),
    "1969": datetime(1969, 12, 31, 23, tzinfo=UTC),
    "the last day but one": datetime(9999, 12, 30, tzinfo=UTC),
    "the last day": datetime(9999, 12, 31, tzinfo=UTC),
    "the last hours": datetime(9999, 12, 31, 22, 0, tzinfo=UTC),
    "the last minute": datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    "the last hours, west": datetime(9999, 12, 31, 20, tzinfo=timezone(timedelta(hours=-12))),
    "the last hours, east": datetime(9999, 12, 31, 20, tzinfo=timezone(timedelta(hours=14))),
}


@pytest.mark.parametrize("start", EXTREME.values(), ids=EXTREME)
@pytest.mark.parametrize("browser_key", ["browser", ""], ids=["known browser", "unknown browser"])
def test_the_first_and_last_representable_dates_are_refused(
    scene: Scene, start: datetime, browser_key: str
) -> None:
    with pytest.raises(SlotNotOffered):
        scene.hold(start, browser_key=browser_key)


def test_a_treatment_can_have_a_longer_notice_than_the_clinic(scene: Scene) -> None:
    treatment = scene.option.treatment
    treatment.notice_minutes = 24 * 60
    treatment.save()
    assert_refused(SlotNotOffered, scene, at(11, 45))
    assert scene.hold(at(12)).starts_at == at(12)


def test_a_treatment_may_need_no_notice_at_all(scene: Scene) -> None:
    treatment = scene.option.treatment
    treatment.notice_minutes = 0
    treatment.save()
    assert scene.hold(at(12, day=MONDAY)).starts_at == at(12, day=MONDAY)


def whole_day_closed(scene: Scene) -> None:
    make.ClosureFactory(first_day=TUESDAY)


def morning_closed(scene: Scene) -> None:
    make.ClosureFactory(first_day=TUESDAY, starts=time(9), ends=time(10, 30))


def closed_around(scene: Scene) -> None:
    make.ClosureFactory(first_day=MONDAY, last_day=TUESDAY + timedelta(days=1))


def day_off(scene: Scene) -> None:
    make.DateExceptionFactory(therapist=scene.therapists[0], day=TUESDAY)


def other_hours_that_day(scene: Scene) -> None:
    make.DateExceptionSpanFactory(
        exception__therapist=scene.therapists[0], exception__day=TUESDAY, starts=time(12)
    )


def a_minute_off(scene: Scene) -> None:
    make.TimeOffFactory(therapist=scene.therapists[0], starts_at=at(10, 59), ends_at=at(11))


def no_hours_any_more(scene: Scene) -> None:
    scene.therapists[0].weekly_hours.update(valid_until=MONDAY)


def no_hours_on_tuesdays(scene: Scene) -> None:
    scene.therapists[0].weekly_hours.filter(weekday=1).delete()


def no_room_of_the_kind(scene: Scene) -> None:
    scene.option.treatment.room_kind = make.RoomKindFactory()
    scene.option.treatment.save()


def the_room_out_of_use(scene: Scene) -> None:
    scene.rooms[0].is_active = False
    scene.rooms[0].save()


CLOSED = [
    whole_day_closed, morning_closed, closed_around, day_off, other_hours_that_day, a_minute_off,
    no_hours_any_more, no_hours_on_tuesdays, no_room_of_the_kind, the_room_out_of_use,
]  # fmt: skip


@pytest.mark.parametrize("close", CLOSED)
def test_a_time_that_is_not_open_cannot_be_held(
    scene: Scene, close: Callable[[Scene], None]
) -> None:
    close(scene)
    assert_refused(SlotNotOffered, scene, at(10))


@pytest.mark.parametrize("close", [morning_closed, a_minute_off])
def test_the_open_time_beside_a_closed_one_can_be_held(
    scene: Scene, close: Callable[[Scene], None]
) -> None:
    close(scene)
    assert scene.hold(at(11)).starts_at == at(11)


def test_a_date_exception_opens_the_day(scene: Scene) -> None:
    make.DateExceptionSpanFactory(
        exception__therapist=scene.therapists[0],
        exception__day=TUESDAY,
        starts=time(19),
        ends=time(0),
    )
    assert scene.hold(at(23)).ends_at == at(0, day=TUESDAY + timedelta(days=1))


@pytest.mark.parametrize("thing", ["option", "treatment", "therapist"])
def test_inactive_entries_cannot_be_held(scene: Scene, thing: str) -> None:
    row: Any = {
        "option": scene.option,
        "treatment": scene.option.treatment,
        "therapist": scene.therapists[0],
    }[thing]
    row.is_active = False
    row.save()
    assert_refused(OptionNotOffered, scene, at(10))


def test_an_option_that_only_another_therapist_gives_cannot_be_held_with_this_one(
    scene: Scene,
) -> None:
    other = make.TherapistFactory()
    make.works_all_week(other)
    with pytest.raises(OptionNotOffered):
        scene.hold(at(10), other)


@pytest.mark.parametrize("option", [0, -1, 10**9, 2**62])
def test_an_option_that_does_not_exist_cannot_be_held(scene: Scene, option: int) -> None:
    with pytest.raises(OptionNotOffered):
        hold_slot(SlotRequest(option, at(10)), by=GUEST, browser_key="browser")


@pytest.mark.parametrize("slug", ["", "nobody", "' OR 1=1 --"])
def test_an_unknown_therapist_is_refused(scene: Scene, slug: str) -> None:
    with pytest.raises(OptionNotOffered):
        hold_slot(SlotRequest(scene.option.pk, at(10), slug), by=GUEST, browser_key="browser")


def test_the_constraint_refuses_an_overlap_that_the_check_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if somebody's booking had become visible only after we had looked."""
    monkeypatch.setattr(
        "booking.queries.availability.slots.load_busy_spans", lambda *_, **__: ({}, {})
    )
    scene = make_clinic(therapists=2)
    first = scene.hold(at(10), scene.therapists[0], "the faster one")
    with pytest.raises(SlotTaken):
        scene.hold(at(10), scene.therapists[0], "the same therapist and room")
    with pytest.raises(RoomTaken):
        scene.hold(at(10), scene.therapists[1], "the same room")
    assert Appointment.objects.get() == first


def test_nothing_is_saved_when_the_history_cannot_be_written(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(import_module("booking.actions.holds.hold_slot"), "record_event", fail)
    with pytest.raises(RuntimeError):
        scene.hold(at(10))
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize("what", ["offer", "therapist", "price"])
def test_what_changed_while_the_lock_was_awaited_counts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Another transaction commits between the first read and the lock."""

    def meanwhile(**resources: Any) -> None:
        if what == "offer":
            Offer.objects.filter(therapist=scene.therapist).delete()
        elif what == "therapist":
            Therapist.objects.filter(pk=scene.therapist.pk).update(is_active=False)
        else:
            Offer.objects.filter(therapist=scene.therapist).update(own_price=99)
        lock_resources(**resources)

    monkeypatch.setattr("booking.actions.holds.hold_slot.lock_resources", meanwhile)
    slot_request = scene.slot_request(at(10), scene.therapist)
    if what == "price":
        assert hold_slot(slot_request, by=GUEST, browser_key="browser").price == 99
        return
    with pytest.raises(OptionNotOffered):
        hold_slot(slot_request, by=GUEST, browser_key="browser")
    assert not Appointment.objects.exists()
