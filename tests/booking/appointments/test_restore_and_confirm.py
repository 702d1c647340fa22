"""Undoing a cancellation, and confirming attendance."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.confirm import confirm_attendance
from booking.actions.appointments.restore import restore_appointment
from booking.errors import ChangeNotAllowed, SlotNotOffered, SlotTaken
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification
from tests.factories import AppointmentFactory, TimeOffFactory
from tests.scene import ADA, GUEST, Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

THURSDAY = date(2026, 11, 26)
STAFF = Actor(ActorType.STAFF)
HISTORY = ["held", "booked", "cancelled", "restored"]


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


@pytest.fixture
def booked(scene: Scene) -> Appointment:
    return book_appointment(scene.hold(at(10, day=THURSDAY), scene.therapists[0]), ADA, by=GUEST)


@pytest.fixture
def cancelled(booked: Appointment) -> Appointment:
    return cancel_appointment(booked, by=GUEST, reason="a mistake")


def test_a_restored_appointment_is_as_before(booked: Appointment, cancelled: Appointment) -> None:
    restore_appointment(cancelled, by=GUEST)

    row = Appointment.objects.get()
    assert (row.status, row.cancelled_at, row.cancel_reason) == (Status.BOOKED, None, "")
    assert (row.starts_at, row.therapist, row.room) == (
        booked.starts_at, booked.therapist, booked.room,
    )  # fmt: skip
    assert (row.sequence, row.booked_at) == (2, booked.booked_at)
    assert events(row) == HISTORY


def test_restoring_queues_one_mail(cancelled: Appointment) -> None:
    for _ in range(2):
        restore_appointment(cancelled, by=GUEST)

    assert events(cancelled) == HISTORY
    assert Notification.objects.filter(kind="restored").count() == 1


def test_restoring_is_refused_after_ten_minutes(cancelled: Appointment, settings: Settings) -> None:
    settings.CLINIC_CLOCK += timedelta(minutes=10)
    with pytest.raises(ChangeNotAllowed, match="no longer be undone"):
        restore_appointment(cancelled, by=GUEST)

    assert Appointment.objects.get().status == Status.CANCELLED
    assert restore_appointment(cancelled, by=STAFF).status == Status.BOOKED


def test_a_patient_cannot_undo_a_cancellation_by_the_clinic(booked: Appointment) -> None:
    cancel_appointment(booked, by=STAFF)
    with pytest.raises(ChangeNotAllowed):
        restore_appointment(booked, by=GUEST)


def test_restoring_is_refused_when_the_time_was_taken(scene: Scene, cancelled: Appointment) -> None:
    scene.hold(at(10, 30, day=THURSDAY), scene.therapists[0], "another browser")
    with pytest.raises(SlotTaken):
        restore_appointment(cancelled, by=GUEST)

    assert events(cancelled) == ["held", "booked", "cancelled"]


def test_restoring_uses_another_room_if_needed(scene: Scene, cancelled: Appointment) -> None:
    AppointmentFactory(starts_at=at(10, day=THURSDAY), room=cancelled.room)
    restored = restore_appointment(cancelled, by=GUEST)

    assert restored.room in scene.rooms
    assert restored.room != cancelled.room


def test_an_expired_hold_does_not_prevent_restoring(
    scene: Scene, cancelled: Appointment, settings: Settings
) -> None:
    lapsed = scene.hold(at(10, day=THURSDAY), scene.therapists[0], "another browser")
    Appointment.objects.filter(pk=lapsed.pk).update(
        hold_expires_at=settings.CLINIC_CLOCK - timedelta(seconds=1)
    )
    restore_appointment(cancelled, by=GUEST)

    assert events(lapsed) == ["held", "expired"]


def test_restoring_is_refused_during_new_time_off(scene: Scene, cancelled: Appointment) -> None:
    day = THURSDAY
    TimeOffFactory(therapist=scene.therapists[0], starts_at=at(9, day=day), ends_at=at(17, day=day))
    with pytest.raises(SlotNotOffered):
        restore_appointment(cancelled, by=GUEST)


def test_restoring_ignores_notice_grid_and_gap_rule(
    scene: Scene, booked: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(9, 55, day=THURSDAY)
    ClinicProfile.objects.update(cancellation_hours=0, grid_minutes=47, avoid_gaps=True)
    cancel_appointment(booked, by=GUEST)

    assert restore_appointment(booked, by=GUEST).status == Status.BOOKED


def test_attendance_is_confirmed_once(booked: Appointment, frozen_clock: datetime) -> None:
    for _ in range(2):
        row = confirm_attendance(booked, by=GUEST)

    assert row.attendance_confirmed_at == frozen_clock
    assert row.sequence == 0
    assert events(row) == ["held", "booked", "confirmed"]


def test_attendance_is_confirmed_inside_the_window_too(
    booked: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(9, 59, day=THURSDAY)

    assert confirm_attendance(booked, by=GUEST).attendance_confirmed_at == settings.CLINIC_CLOCK


def test_cancelled_and_begun_appointments_cannot_be_confirmed(
    booked: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(10, day=THURSDAY)
    with pytest.raises(ChangeNotAllowed, match="begun"):
        confirm_attendance(booked, by=GUEST)
    settings.CLINIC_CLOCK = at(9, day=date(2026, 11, 24))
    cancel_appointment(booked, by=GUEST)
    with pytest.raises(ChangeNotAllowed, match="canceled"):
        confirm_attendance(booked, by=GUEST)

    assert "confirmed" not in events(booked)
