"""Cancelling frees the time at once, is told once, and keeps the reason to itself."""

from datetime import date

import pytest
from django.db import connection
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.confirm import confirm_attendance
from booking.errors import ChangeNotAllowed
from booking.lifecycle import Status
from booking.models import Appointment, Notification
from tests.scene import ADA, GUEST, Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

THURSDAY = date(2026, 11, 26)
STAFF = Actor(ActorType.STAFF)
REASON = "my knee is worse"


@pytest.fixture
def scene() -> Scene:
    return make_clinic()


@pytest.fixture
def appointment(scene: Scene) -> Appointment:
    return book_appointment(scene.hold(at(10, day=THURSDAY)), ADA, by=GUEST)


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


def test_it_is_cancelled_with_time_and_reason(
    appointment: Appointment, frozen_clock: object
) -> None:
    cancel_appointment(appointment, by=GUEST, reason=REASON)

    row = Appointment.objects.get()
    assert (row.status, row.cancelled_at, row.cancel_reason) == (
        Status.CANCELLED, frozen_clock, REASON,
    )  # fmt: skip
    assert row.sequence == 1
    assert row.link_token == appointment.link_token
    assert events(row) == ["held", "booked", "cancelled"]


def test_the_reason_is_encrypted_and_in_no_mail(appointment: Appointment) -> None:
    cancel_appointment(appointment, by=GUEST, reason=REASON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cancel_reason FROM booking_appointment")
        stored = cursor.fetchone()[0]

    assert stored
    assert "knee" not in str(stored)
    assert appointment.events.get(kind="cancelled").details == {}
    assert not [row for row in Notification.objects.all() if "knee" in row.data]


def test_the_message_of_staff_is_mailed_to_the_patient(appointment: Appointment) -> None:
    cancel_appointment(appointment, by=STAFF, reason="Ana is ill today.")

    assert "Ana is ill today." in Notification.objects.get(kind="cancelled").data


def test_a_repeated_request_changes_nothing(appointment: Appointment) -> None:
    first = cancel_appointment(appointment, by=GUEST, reason=REASON)
    again = cancel_appointment(appointment, by=GUEST, reason="another")

    assert (again.cancelled_at, again.cancel_reason) == (first.cancelled_at, REASON)
    assert again.sequence == 1
    assert events(appointment) == ["held", "booked", "cancelled"]
    assert told("cancelled") == 1


def test_the_time_can_be_booked_at_once(scene: Scene, appointment: Appointment) -> None:
    cancel_appointment(appointment, by=GUEST)

    assert scene.hold(at(10, day=THURSDAY)).status == Status.HOLD


def test_cancelling_clears_the_attendance_confirmation(appointment: Appointment) -> None:
    confirm_attendance(appointment, by=GUEST)

    assert cancel_appointment(appointment, by=GUEST).attendance_confirmed_at is None


def test_inside_the_window_only_staff_may_cancel(
    appointment: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = at(12, day=date(2026, 11, 25))
    with pytest.raises(ChangeNotAllowed, match="call us"):
        cancel_appointment(appointment, by=GUEST)
    assert Appointment.objects.get().status == Status.BOOKED

    assert cancel_appointment(appointment, by=STAFF).status == Status.CANCELLED


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.NO_SHOW])
def test_ended_appointments_cannot_be_cancelled(appointment: Appointment, status: Status) -> None:
    Appointment.objects.update(status=status)
    for by in (GUEST, STAFF):
        with pytest.raises(ChangeNotAllowed, match="over"):
            cancel_appointment(appointment, by=by)


def test_staff_are_mailed_only_about_changes_of_today(
    appointment: Appointment, settings: Settings
) -> None:
    cancel_appointment(appointment, by=GUEST)
    assert told("staff_change") == 0


def test_staff_are_mailed_about_a_cancellation_of_today(scene: Scene, settings: Settings) -> None:
    scene.clinic.cancellation_hours = 1
    scene.clinic.save()
    today = book_appointment(scene.hold(at(16, day=date(2026, 11, 23))), ADA, by=GUEST)
    Notification.objects.all().delete()
    cancel_appointment(today, by=GUEST)

    assert told("staff_change") == 1
