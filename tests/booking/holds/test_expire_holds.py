"""Overdue holds expire, free their time and add one event."""

from datetime import datetime, timedelta

import pytest

from booking.actions.holds.expire_holds import expire_holds
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent
from tests.factories import AppointmentFactory
from tests.scene import Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

HOLD = timedelta(minutes=10)


@pytest.fixture
def scene() -> Scene:
    return make_clinic()


def test_a_hold_expires_at_its_last_moment_and_not_before(
    scene: Scene, frozen_clock: datetime
) -> None:
    hold = scene.hold(at(10))
    assert expire_holds(frozen_clock + HOLD - timedelta(microseconds=1)) == 0
    assert expire_holds(frozen_clock + HOLD) == 1
    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.EXPIRED, ["held", "expired"])


def test_the_expiry_event_has_the_system_as_actor_and_the_exact_time(
    scene: Scene, frozen_clock: datetime
) -> None:
    hold = scene.hold(at(10))
    expire_holds(frozen_clock + 2 * HOLD)
    event = hold.events.get(kind="expired")
    assert (event.actor_type, event.user, event.at) == ("system", None, frozen_clock + 2 * HOLD)


def test_expiring_twice_changes_nothing(scene: Scene, frozen_clock: datetime) -> None:
    scene.hold(at(10))
    assert [expire_holds(frozen_clock + HOLD), expire_holds(frozen_clock + HOLD)] == [1, 0]
    assert AppointmentEvent.objects.filter(kind="expired").count() == 1


def test_all_overdue_holds_expire_and_nothing_else(scene: Scene, frozen_clock: datetime) -> None:
    for hour in (9, 11, 13):
        scene.hold(at(hour), browser_key=f"browser {hour}")
    others = [
        AppointmentFactory(status=status, hold_expires_at=frozen_clock)
        for status in Status
        if status != Status.HOLD
    ]
    assert expire_holds(frozen_clock + HOLD) == 3
    for other in others:
        before = other.status
        other.refresh_from_db()
        assert other.status == before


def test_the_draft_is_kept_with_the_expired_hold(scene: Scene, frozen_clock: datetime) -> None:
    hold = scene.hold(at(10))
    hold.draft = "typed"
    hold.save()
    expire_holds(frozen_clock + HOLD)
    assert Appointment.objects.get(pk=hold.pk).draft == "typed"


def test_the_time_can_be_booked_again(scene: Scene, frozen_clock: datetime) -> None:
    scene.hold(at(10))
    expire_holds(frozen_clock + HOLD)
    assert scene.hold(at(10), browser_key="another browser").status == Status.HOLD


def test_expiring_without_holds_returns_zero(frozen_clock: datetime) -> None:
    assert expire_holds(frozen_clock) == 0
