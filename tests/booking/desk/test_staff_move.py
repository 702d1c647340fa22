"""Staff move appointments to any minute, room, therapist or treatment, but without overlaps."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from booking.actions.appointments.mark_status import mark_arrived
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.errors import (
    ChangeNotAllowed,
    ConcurrentChange,
    NoRoomFree,
    OptionNotOfferedByTherapist,
    OverrideRequired,
    RoomNotSuitable,
    SlotInPast,
    SlotTooFarAhead,
    TherapistBusy,
)
from booking.lifecycle import Override, Status
from booking.models import Appointment, AppointmentEvent, Notification
from booking.queries.appointments.invariants import missing_notifications, outside_hours
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, by, terms
from tests.factories import (
    AppointmentFactory,
    OfferFactory,
    OptionFactory,
    RoomFactory,
    TherapistFactory,
    TimeOffFactory,
)
from tests.scene import GUEST, at, events

pytestmark = pytest.mark.django_db

MONDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)
BOTH = frozenset({Override.OUTSIDE_HOURS.value, Override.PAST.value})


@pytest.fixture
def appointment(desk: Desk) -> Appointment:
    """Tuesday at ten with Maya."""
    return desk.booked(at(10))


def move(desk: Desk, appointment: Appointment, start: datetime, **more: Any) -> Appointment:
    therapist = more.pop("therapist", None)
    return reschedule_appointment(
        appointment, start=start, therapist=therapist, terms=terms(**more), by=by(desk.front)
    )


def test_staff_can_move_to_any_minute(desk: Desk, appointment: Appointment) -> None:
    moved = move(desk, appointment, at(14, 7))

    assert (moved.starts_at, moved.ends_at, moved.blocked_until) == (
        at(14, 7),
        at(15, 7),
        at(15, 22),
    )
    assert (moved.patient_move_count, moved.sequence, moved.override) == (0, 1, "")
    assert events(moved) == ["booked", "moved"]
    assert moved.events.get(kind="moved").user == desk.front


def test_a_repeated_move_changes_nothing_even_from_an_old_page(
    desk: Desk, appointment: Appointment
) -> None:
    seen = appointment.events.get().pk
    move(desk, appointment, at(14), last_seen_event=seen)
    again = move(desk, appointment, at(14), last_seen_event=seen)

    assert again.sequence == 1
    assert Notification.objects.filter(kind="moved").count() == 1


def test_a_move_outside_hours_needs_an_override_which_is_logged(
    desk: Desk, appointment: Appointment
) -> None:
    with pytest.raises(OverrideRequired) as refused:
        move(desk, appointment, at(18))
    assert refused.value.overrides == [Override.OUTSIDE_HOURS]
    moved = move(desk, appointment, at(18), accepted_overrides=BOTH)

    assert moved.override == Override.OUTSIDE_HOURS
    assert moved.events.get(kind="moved").details["override"] == ["hours"]
    assert list(outside_hours(clock.now())) == []


def test_a_move_back_into_hours_clears_the_override(desk: Desk, appointment: Appointment) -> None:
    move(desk, appointment, at(18), accepted_overrides=BOTH)

    assert move(desk, appointment, at(11)).override == ""


def test_time_off_counts_as_outside_hours(desk: Desk, appointment: Appointment) -> None:
    TimeOffFactory(therapist=desk.therapist, starts_at=at(13), ends_at=at(15))
    with pytest.raises(OverrideRequired):
        move(desk, appointment, at(14))


def test_the_shortest_notice_is_neither_asked_nor_a_label(
    desk: Desk, appointment: Appointment
) -> None:
    moved = move(desk, appointment, at(12, 5, day=MONDAY))

    assert moved.override == ""
    assert "override" not in moved.events.get(kind="moved").details


def test_soon_and_outside_hours_only_the_hours_are_asked(
    desk: Desk, appointment: Appointment
) -> None:
    TimeOffFactory(
        therapist=desk.therapist, starts_at=at(9, day=MONDAY), ends_at=at(17, day=MONDAY)
    )
    with pytest.raises(OverrideRequired) as refused:
        move(desk, appointment, at(12, 30, day=MONDAY))
    assert refused.value.overrides == [Override.OUTSIDE_HOURS]
    moved = move(desk, appointment, at(12, 30, day=MONDAY), accepted_overrides=BOTH)

    assert moved.override == Override.OUTSIDE_HOURS
    assert moved.events.get(kind="moved").details["override"] == ["hours"]


def test_no_override_allows_an_overlap(desk: Desk, appointment: Appointment) -> None:
    other = desk.booked(at(14))
    for start in (at(14), at(13, 15), at(14, 45), at(15, 10)):
        with pytest.raises(TherapistBusy) as refused:
            move(desk, appointment, start, accepted_overrides=BOTH)
        assert refused.value.conflicting_appointment == other

    row = Appointment.objects.get(pk=appointment.pk)
    assert (row.starts_at, row.sequence) == (at(10), 0)
    assert events(row) == ["booked"]


def test_no_override_allows_an_overlap_with_a_hold(desk: Desk, appointment: Appointment) -> None:
    desk.scene.hold(at(14), desk.therapist)
    with pytest.raises(TherapistBusy):
        move(desk, appointment, at(14), accepted_overrides=BOTH)


def test_it_can_move_by_less_than_its_own_length(desk: Desk, appointment: Appointment) -> None:
    assert move(desk, appointment, at(10, 20)).starts_at == at(10, 20)


def test_a_move_to_another_therapist_keeps_the_room(desk: Desk, appointment: Appointment) -> None:
    moved = move(desk, appointment, at(10), therapist=desk.other.slug)

    assert (moved.therapist, moved.room) == (desk.other, appointment.room)
    assert Notification.objects.filter(kind="moved").count() == 1


def test_a_move_to_a_therapist_without_the_treatment_is_refused(
    desk: Desk, appointment: Appointment
) -> None:
    stranger = TherapistFactory()
    for slug in (stranger.slug, "nobody"):
        with pytest.raises(OptionNotOfferedByTherapist):
            move(desk, appointment, at(10), therapist=slug)


def test_a_change_of_room_sends_no_mail(desk: Desk, appointment: Appointment) -> None:
    second = desk.scene.rooms[1]
    moved = move(desk, appointment, at(10), room=second.pk)

    assert moved.room == second
    assert Notification.objects.filter(kind="moved").count() == 0
    AppointmentEvent.objects.exclude(kind="moved").delete()  # the scene's line was told by nobody
    assert list(missing_notifications(clock.now())) == []


def test_a_room_of_another_kind_or_in_use_is_refused(desk: Desk, appointment: Appointment) -> None:
    with pytest.raises(RoomNotSuitable):
        move(desk, appointment, at(10), room=RoomFactory().pk)
    desk.booked(at(10, 30), desk.other)
    with pytest.raises(NoRoomFree):
        move(desk, appointment, at(10), room=desk.scene.rooms[1].pk)


def test_any_free_room_is_found_when_its_own_is_taken(desk: Desk, appointment: Appointment) -> None:
    AppointmentFactory(starts_at=at(14), room=appointment.room)

    assert move(desk, appointment, at(14)).room == desk.scene.rooms[1]


def test_a_move_without_any_free_room_is_refused(desk: Desk, appointment: Appointment) -> None:
    for room in desk.scene.rooms:
        AppointmentFactory(starts_at=at(14), room=room)
    with pytest.raises(NoRoomFree):
        move(desk, appointment, at(14))


def test_a_longer_option_at_its_own_price(desk: Desk, appointment: Appointment) -> None:
    longer = OptionFactory(
        treatment=appointment.option.treatment, minutes=90, price=Decimal("120.00")
    )
    OfferFactory(therapist=desk.therapist, option=longer)
    moved = move(desk, appointment, at(10), option=longer.pk)

    assert (moved.option, moved.ends_at, moved.price) == (longer, at(11, 30), Decimal("120.00"))
    assert Notification.objects.filter(kind="moved").count() == 1


def test_a_longer_option_cannot_overlap_the_next_appointment(
    desk: Desk, appointment: Appointment
) -> None:
    longer = OptionFactory(treatment=appointment.option.treatment, minutes=90)
    OfferFactory(therapist=desk.therapist, option=longer)
    desk.booked(at(11, 30))
    with pytest.raises(TherapistBusy):
        move(desk, appointment, at(10), option=longer.pk)


def test_a_discontinued_treatment_can_still_be_moved(desk: Desk, appointment: Appointment) -> None:
    desk.scene.option.is_active = False
    desk.scene.option.save()
    moved = move(desk, appointment, at(14))

    assert (moved.starts_at, moved.price) == (at(14), appointment.price)


def test_moves_to_the_past_beyond_a_year_or_to_seconds_are_refused(
    desk: Desk, appointment: Appointment
) -> None:
    with pytest.raises(SlotInPast):
        move(desk, appointment, at(11, day=MONDAY), accepted_overrides=BOTH)
    with pytest.raises(SlotTooFarAhead):
        move(desk, appointment, at(11, day=date(2028, 1, 3)), accepted_overrides=BOTH)
    with pytest.raises(Exception, match="cannot be booked"):
        move(desk, appointment, at(14) + timedelta(seconds=1))


def test_a_move_half_a_year_ahead_is_allowed(desk: Desk, appointment: Appointment) -> None:
    assert move(desk, appointment, at(11, day=date(2027, 5, 3))).override == ""


def test_an_arrived_appointment_can_change_room_but_not_time(desk: Desk) -> None:
    here = desk.booked(at(11, 45, day=MONDAY))
    mark_arrived(here, by=by(desk.maya))
    moved = move(desk, here, at(11, 45, day=MONDAY), room=desk.scene.rooms[1].pk)
    assert moved.room == desk.scene.rooms[1]

    with pytest.raises(ChangeNotAllowed):
        move(desk, here, at(14, day=MONDAY), accepted_overrides=BOTH)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED])
def test_an_ended_appointment_cannot_be_moved(
    desk: Desk, status: Status, appointment: Appointment
) -> None:
    Appointment.objects.update(status=status)
    with pytest.raises(ChangeNotAllowed):
        move(desk, appointment, at(14))


def test_a_move_after_a_concurrent_change_is_refused(desk: Desk, appointment: Appointment) -> None:
    seen = appointment.events.get().pk
    move(desk, appointment, at(14), last_seen_event=seen)
    with pytest.raises(ConcurrentChange) as refused:
        move(desk, appointment, at(16), last_seen_event=seen)
    assert [event.kind for event in refused.value.events] == ["moved"]
    now_seen = refused.value.events[-1].pk

    assert move(desk, appointment, at(15, 30), last_seen_event=now_seen).starts_at == at(15, 30)


def test_a_concurrent_note_does_not_prevent_a_move(desk: Desk, appointment: Appointment) -> None:
    from_page = appointment.events.get().pk
    appointment.events.create(kind="noted", actor_type="staff", user=desk.maya)

    assert move(desk, appointment, at(14), last_seen_event=from_page).starts_at == at(14)


def test_a_later_move_by_the_patient_clears_the_override(
    desk: Desk, appointment: Appointment
) -> None:
    move(desk, appointment, at(18, day=THURSDAY), accepted_overrides=BOTH)
    moved = reschedule_appointment(appointment, start=at(11, day=THURSDAY), by=GUEST)

    assert moved.override == ""
