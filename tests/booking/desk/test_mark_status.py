"""Marking appointments as arrived, completed or missed, and undoing that."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from booking.actions.appointments.mark_status import (
    mark_arrived,
    mark_completed,
    mark_no_show,
    revert_status,
)
from booking.errors import InvalidState, NotStarted, NotToday, SlotTaken
from booking.lifecycle import Status
from booking.models import Appointment
from tests.booking.desk.staffed_desk import Desk, by
from tests.factories import AppointmentFactory
from tests.scene import at, events

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MONDAY = date(2026, 11, 23)


@pytest.fixture
def appointment(desk: Desk) -> Appointment:
    """Today at half past eleven; it is noon."""
    return desk.booked(at(11, 30, day=MONDAY))


def test_an_appointment_is_marked_as_arrived_and_completed(
    desk: Desk, appointment: Appointment, frozen_clock: object
) -> None:
    here = mark_arrived(appointment, by=by(desk.maya))
    assert (here.status, here.arrived_at) == (Status.ARRIVED, frozen_clock)
    done = mark_completed(appointment, by=by(desk.maya))

    assert done.status == Status.COMPLETED
    assert events(appointment) == ["booked", "arrived", "completed"]
    last = appointment.events.get(kind="completed")
    assert (last.actor_type, last.user, last.details) == ("staff", desk.maya, {"from": "arrived"})


@pytest.mark.parametrize("mark", [mark_arrived, mark_no_show])
def test_a_repeated_request_changes_nothing(
    desk: Desk, appointment: Appointment, mark: object
) -> None:
    mark(appointment, by=by(desk.maya))  # type: ignore[operator]
    mark(appointment, by=by(desk.front))  # type: ignore[operator]

    assert len(events(appointment)) == 2


def test_an_arrival_can_only_be_marked_on_the_day(desk: Desk) -> None:
    tomorrow = desk.booked(at(10))
    with pytest.raises(NotToday):
        mark_arrived(tomorrow, by=by(desk.maya))


def test_the_day_is_that_of_the_clinics_time_zone(desk: Desk, settings: Settings) -> None:
    late = desk.booked(at(18, 30, day=MONDAY))
    settings.CLINIC_CLOCK = at(18, 25, day=MONDAY)  # Tuesday already, by UTC

    assert mark_arrived(late, by=by(desk.maya)).status == Status.ARRIVED


def test_an_appointment_cannot_be_missed_before_its_start(desk: Desk) -> None:
    later = desk.booked(at(15, day=MONDAY))
    with pytest.raises(NotStarted):
        mark_no_show(later, by=by(desk.maya))


def test_a_missed_appointment_frees_its_time(desk: Desk, appointment: Appointment) -> None:
    mark_no_show(appointment, by=by(desk.maya))

    assert desk.booked(at(11, 30, day=MONDAY)).status == Status.BOOKED


def test_only_an_arrived_appointment_can_be_completed(desk: Desk, appointment: Appointment) -> None:
    with pytest.raises(InvalidState):
        mark_completed(appointment, by=by(desk.maya))


@pytest.mark.parametrize(
    ("status", "before"),
    [
        (Status.ARRIVED, Status.BOOKED),
        (Status.COMPLETED, Status.ARRIVED),
        (Status.NO_SHOW, Status.BOOKED),
    ],
)
def test_a_status_change_can_be_undone_once(
    desk: Desk, appointment: Appointment, status: Status, before: Status
) -> None:
    Appointment.objects.update(status=status)
    for _ in range(2):
        assert revert_status(appointment, from_status=status, by=by(desk.maya)).status == before

    assert events(appointment) == ["booked", "stepped_back"]


def test_undoing_the_arrival_clears_its_time(desk: Desk, appointment: Appointment) -> None:
    mark_arrived(appointment, by=by(desk.maya))

    assert (
        revert_status(appointment, from_status=Status.ARRIVED, by=by(desk.maya)).arrived_at is None
    )


def test_undo_is_refused_after_another_status_change(desk: Desk, appointment: Appointment) -> None:
    """A colleague has completed it meanwhile."""
    Appointment.objects.update(status=Status.COMPLETED)
    with pytest.raises(InvalidState):
        revert_status(appointment, from_status=Status.ARRIVED, by=by(desk.maya))
    with pytest.raises(InvalidState):
        revert_status(appointment, from_status=Status.BOOKED, by=by(desk.maya))


def test_undoing_missed_is_refused_when_the_time_was_taken(
    desk: Desk, appointment: Appointment
) -> None:
    mark_no_show(appointment, by=by(desk.maya))
    desk.booked(at(12, day=MONDAY))
    with pytest.raises(SlotTaken):
        revert_status(appointment, from_status=Status.NO_SHOW, by=by(desk.maya))

    assert Appointment.objects.get(pk=appointment.pk).status == Status.NO_SHOW


def test_undoing_missed_replaces_an_expired_hold(
    desk: Desk, appointment: Appointment, settings: Settings
) -> None:
    mark_no_show(appointment, by=by(desk.maya))
    hold = AppointmentFactory(
        held=True,
        starts_at=appointment.starts_at,
        option=appointment.option,
        therapist=appointment.therapist,
        room=appointment.room,
    )
    settings.CLINIC_CLOCK += timedelta(minutes=11)

    assert (
        revert_status(appointment, from_status=Status.NO_SHOW, by=by(desk.maya)).status
        == Status.BOOKED
    )
    assert events(hold) == ["held", "expired"]
