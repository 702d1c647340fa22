"""Cancelling while somebody confirms, or while a reminder is on its way.

First without looking again under the lock; then the actions and the worker as they are.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.confirm import confirm_attendance
from booking.errors import ChangeNotAllowed
from booking.lifecycle import Status
from booking.models import Appointment, Notification
from booking.notifications import delivery
from booking.notifications.delivery import deliver_due, keep_leased
from booking.notifications.kinds import always_wanted, get_kind
from booking.notifications.leasing import lease_next_notification
from booking.notifications.outbox import enqueue_all
from booking.notifications.subjects.reminders import build_reminders
from clinic.lib.dates import clock
from tests.booking.races.changes import ORDERS, TEN, Together, booked, expendable, real, save
from tests.scene import GUEST, Scene, events, fresh, make_clinic

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


@pytest.fixture
def mine(scene: Scene) -> Appointment:
    """An appointment on Thursday."""
    return booked(scene, TEN)


@expendable
def test_without_the_lock_a_cancelled_appointment_gets_confirmed(
    mine: Appointment, frozen_clock: datetime
) -> None:
    confirm = save(fresh(mine), attendance_confirmed_at=frozen_clock)  # has looked: it is booked
    cancel_appointment(mine, by=GUEST)
    confirm()
    row = fresh(mine)
    assert (row.status, row.attendance_confirmed_at) == (Status.CANCELLED, frozen_clock)


@ORDERS
@real
def test_a_cancelled_appointment_is_never_confirmed(mine: Appointment, together: Together) -> None:
    cancelled, confirmed = together(
        lambda: cancel_appointment(fresh(mine), by=GUEST),
        lambda: confirm_attendance(fresh(mine), by=GUEST),
    )
    row = fresh(mine)
    assert isinstance(cancelled, Appointment)
    assert (row.status, row.attendance_confirmed_at) == (Status.CANCELLED, None)
    before = [] if isinstance(confirmed, ChangeNotAllowed) else ["confirmed"]
    assert events(row) == ["held", "booked", *before, "cancelled"]


@pytest.fixture
def reminder(scene: Scene, mine: Appointment, settings: Settings) -> Notification:
    """It is due, and a worker has just taken it."""
    with transaction.atomic():
        enqueue_all(build_reminders(mine, scene.clinic))
    settings.CLINIC_CLOCK = TEN - timedelta(hours=48)
    Notification.objects.exclude(kind="reminder").delete()
    leased = lease_next_notification()
    assert leased is not None
    return leased


def told(appointment: Appointment) -> list[tuple[str, str]]:
    """What was said of it and how that ended, once everything due is sent."""
    deliver_due()
    rows = Notification.objects.filter(appointment=appointment, due_at__lte=clock.now())
    return list(rows.order_by("pk").values_list("kind", "status"))


@expendable
def test_without_the_second_check_a_reminder_of_a_cancelled_appointment_is_sent(
    mine: Appointment, reminder: Notification, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = get_kind("reminder")
    assert kind is not None
    blind = replace(kind, is_still_wanted=always_wanted)
    cancel_appointment(mine, by=GUEST)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "get_kind", lambda _name: blind)
        keep_leased(reminder)
    assert told(mine) == [("reminder", "kept"), ("cancelled", "kept")]


@ORDERS
@real
def test_no_reminder_is_started_after_a_cancellation(
    mine: Appointment, reminder: Notification, together: Together
) -> None:
    """One that was on its way already is followed by the word that it is cancelled."""
    cancelled, ended = together(
        lambda: cancel_appointment(fresh(mine), by=GUEST),
        lambda: keep_leased(reminder),
    )
    assert isinstance(cancelled, Appointment)
    assert ended in ("kept", "dropped")
    assert told(mine) == [("reminder", ended), ("cancelled", "kept")]


@real
def test_a_reminder_of_a_cancelled_appointment_is_dropped(
    mine: Appointment, reminder: Notification
) -> None:
    cancel_appointment(mine, by=GUEST)
    assert keep_leased(reminder) == "dropped"
    assert told(mine) == [("reminder", "dropped"), ("cancelled", "kept")]
