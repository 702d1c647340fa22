"""Moving an appointment changes one row, adds one event and queues one mail."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.errors import ChangeNotAllowed, OptionNotOffered, SlotNotOffered, SlotTaken
from booking.lifecycle import Status
from booking.models import Appointment, Notification, Option
from tests.factories import AppointmentFactory, OfferFactory, TimeOffFactory
from tests.scene import ADA, GUEST, Scene, at, events

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
STAFF = Actor(ActorType.STAFF)


def move(appointment: Appointment, start: datetime, **options: Any) -> Appointment:
    return reschedule_appointment(appointment, start=start, **{"by": GUEST} | options)


def test_a_move_changes_the_times_and_clears_the_attendance_confirmation(
    scene: Scene, appointment: Appointment
) -> None:
    Appointment.objects.update(attendance_confirmed_at=at(11, day=date(2026, 11, 23)))
    moved = move(appointment, at(14, day=FRIDAY))

    row = Appointment.objects.get()
    assert (row.pk, moved.pk) == (appointment.pk, appointment.pk)
    assert row.starts_at == at(14, day=FRIDAY)
    assert row.ends_at == at(15, day=FRIDAY)
    assert row.blocked_until == at(15, 15, day=FRIDAY)
    assert row.therapist == scene.therapists[0]
    assert (row.status, row.sequence, row.patient_move_count) == (Status.BOOKED, 1, 1)
    assert row.attendance_confirmed_at is None
    assert (row.price, row.link_token) == (appointment.price, appointment.link_token)


def test_the_history_has_the_old_and_the_new_time(scene: Scene, appointment: Appointment) -> None:
    move(appointment, at(14, day=FRIDAY))

    assert events(appointment) == ["held", "booked", "moved"]
    details = appointment.events.get(kind="moved").details
    assert details["from"]["starts_at"] == "2026-11-26T16:00:00+00:00"
    assert details["to"]["starts_at"] == "2026-11-27T20:00:00+00:00"
    assert details["from"]["therapist"] == details["to"]["therapist"] == scene.therapists[0].pk


def test_the_patient_gets_one_message(appointment: Appointment) -> None:
    Notification.objects.all().delete()
    move(appointment, at(14, day=FRIDAY))
    move(appointment, at(14, day=FRIDAY))

    assert Notification.objects.filter(kind="moved").count() == 1


def test_moving_to_the_same_place_changes_nothing(appointment: Appointment) -> None:
    move(appointment, at(14, day=FRIDAY))
    again = move(appointment, at(14, day=FRIDAY))
    named = move(appointment, at(14, day=FRIDAY), therapist=again.therapist.slug)

    assert (again.sequence, named.sequence, named.patient_move_count) == (1, 1, 1)
    assert events(appointment) == ["held", "booked", "moved"]


def test_a_double_click_on_the_last_move_allowed_is_no_refusal(
    scene: Scene, appointment: Appointment
) -> None:
    Appointment.objects.update(patient_move_count=2)
    move(appointment, at(14, day=FRIDAY))

    assert move(appointment, at(14, day=FRIDAY)).patient_move_count == 3


def test_it_can_move_by_less_than_its_own_length(appointment: Appointment) -> None:
    assert move(appointment, at(10, 30, day=THURSDAY)).starts_at == at(10, 30, day=THURSDAY)


def test_the_old_time_can_be_booked_at_once(scene: Scene, appointment: Appointment) -> None:
    move(appointment, at(14, day=FRIDAY))

    assert scene.hold(at(10, day=THURSDAY), scene.therapists[0]).status == Status.HOLD


def test_the_same_therapist_is_kept_if_free(scene: Scene, appointment: Appointment) -> None:
    """Though the other one has nothing to do that week."""
    assert move(appointment, at(14, day=FRIDAY)).therapist == scene.therapists[0]


def test_another_therapist_is_chosen_if_the_same_one_is_not_free(
    scene: Scene, appointment: Appointment
) -> None:
    scene.hold(at(14, day=FRIDAY), scene.therapists[0], "another browser")

    assert move(appointment, at(14, day=FRIDAY)).therapist == scene.therapists[1]


def test_another_therapist_can_be_requested(scene: Scene, appointment: Appointment) -> None:
    other = scene.therapists[1]
    moved = move(appointment, at(10, day=THURSDAY), therapist=other.slug)

    assert (moved.therapist, moved.starts_at) == (other, appointment.starts_at)


def test_the_room_is_kept_if_free(scene: Scene, appointment: Appointment) -> None:
    AppointmentFactory(starts_at=at(14, day=FRIDAY), room=appointment.room)

    assert move(appointment, at(12, day=FRIDAY)).room == appointment.room
    assert move(appointment, at(14, day=FRIDAY)).room != appointment.room


def test_a_taken_time_is_refused_and_nothing_is_changed(
    scene: Scene, appointment: Appointment
) -> None:
    scene.hold(at(14, day=FRIDAY), scene.therapists[0], "another browser")

    with pytest.raises(SlotTaken):
        move(appointment, at(14, day=FRIDAY), therapist=scene.therapists[0].slug)
    row = Appointment.objects.get(pk=appointment.pk)
    assert (row.starts_at, row.sequence, row.patient_move_count) == (appointment.starts_at, 0, 0)
    assert events(appointment) == ["held", "booked"]


@pytest.mark.parametrize(
    "start",
    [
        at(8, day=FRIDAY),
        at(10, 7, day=FRIDAY),
        at(12, day=date(2026, 11, 23)),
        at(10, day=date(2026, 11, 20)),
        at(10, day=date(2027, 3, 1)),
        at(10, day=date(2222, 3, 1)),
        at(10, day=FRIDAY) + timedelta(seconds=1),
    ],
    ids=["closed", "off the grid", "too soon", "past", "too far", "absurdly far", "seconds"],
)
def test_a_time_that_was_never_offered_is_refused(
    appointment: Appointment, start: datetime
) -> None:
    with pytest.raises(SlotNotOffered):
        move(appointment, start)


def test_an_expired_hold_does_not_prevent_a_move(
    scene: Scene, appointment: Appointment, settings: Settings
) -> None:
    lapsed = scene.hold(at(14, day=FRIDAY), scene.therapists[0], "another browser")
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    move(appointment, at(14, 30, day=FRIDAY), therapist=scene.therapists[0].slug)

    assert events(lapsed) == ["held", "expired"]


def test_the_length_stays_when_the_catalogue_changes(
    scene: Scene, appointment: Appointment
) -> None:
    Option.objects.update(minutes=90)

    assert move(appointment, at(14, day=FRIDAY)).minutes == 60


def test_a_therapist_who_does_not_offer_the_treatment_is_refused(appointment: Appointment) -> None:
    stranger = OfferFactory().therapist
    for slug in (stranger.slug, "nobody"):
        with pytest.raises(OptionNotOffered):
            move(appointment, at(14, day=FRIDAY), therapist=slug)


def test_another_therapist_is_chosen_when_the_previous_one_left(
    scene: Scene, appointment: Appointment
) -> None:
    scene.therapists[0].is_active = False
    scene.therapists[0].save()

    assert move(appointment, at(14, day=FRIDAY)).therapist == scene.therapists[1]


def test_inside_the_window_only_staff_may_move(
    scene: Scene, appointment: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(12, day=date(2026, 11, 25))
    with pytest.raises(ChangeNotAllowed, match="less than 24 hours"):
        move(appointment, at(14, day=FRIDAY))
    moved = move(appointment, at(14, day=FRIDAY), by=STAFF)

    assert (moved.starts_at, moved.patient_move_count, moved.sequence) == (at(14, day=FRIDAY), 0, 1)


def test_staff_can_move_to_today_but_not_to_the_past(
    appointment: Appointment,
) -> None:
    monday = date(2026, 11, 23)
    with pytest.raises(SlotNotOffered):
        move(appointment, at(11, day=monday), by=STAFF)

    assert move(appointment, at(12, 15, day=monday), by=STAFF).starts_at == at(12, 15, day=monday)


def test_staff_cannot_move_an_appointment_into_time_off(
    scene: Scene, appointment: Appointment
) -> None:
    TimeOffFactory(
        therapist=scene.therapists[0], starts_at=at(9, day=FRIDAY), ends_at=at(17, day=FRIDAY)
    )
    with pytest.raises(SlotNotOffered):
        move(appointment, at(14, day=FRIDAY), therapist=scene.therapists[0].slug, by=STAFF)


def test_after_three_moves_the_patient_must_call(appointment: Appointment) -> None:
    for hour in (11, 12, 13):
        move(appointment, at(hour, day=FRIDAY))
    with pytest.raises(ChangeNotAllowed, match="3 times"):
        move(appointment, at(14, day=FRIDAY))

    assert move(appointment, at(14, day=FRIDAY), by=STAFF).patient_move_count == 3


def test_a_cancelled_appointment_cannot_be_moved(appointment: Appointment) -> None:
    cancel_appointment(appointment, by=GUEST)
    for by in (GUEST, STAFF):
        with pytest.raises(ChangeNotAllowed, match="canceled"):
            move(appointment, at(14, day=FRIDAY), by=by)
        with pytest.raises(ChangeNotAllowed, match="canceled"):
            move(appointment, appointment.starts_at, by=by)


def test_a_requested_therapist_is_stored(scene: Scene) -> None:
    hold = scene.hold(at(10, day=THURSDAY))
    booked = book_appointment(hold, ADA, by=GUEST)
    assert booked.any_therapist
    moved = move(booked, at(14, day=FRIDAY))
    assert moved.any_therapist

    assert not move(moved, at(15, day=FRIDAY), therapist=scene.therapists[1].slug).any_therapist


def test_keeping_an_assigned_therapist_is_not_stored_as_a_request(scene: Scene) -> None:
    booked = book_appointment(scene.hold(at(10, day=THURSDAY)), ADA, by=GUEST)

    assert move(booked, at(14, day=FRIDAY), therapist=booked.therapist.slug).any_therapist


def test_a_move_to_any_therapist_is_stored(scene: Scene, appointment: Appointment) -> None:
    other = scene.therapists[1]
    moved = move(appointment, at(14, day=FRIDAY), therapist=other.slug, any_therapist=True)

    assert (moved.therapist, moved.any_therapist) == (other, True)
