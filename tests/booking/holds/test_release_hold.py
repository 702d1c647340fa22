"""Releasing a hold."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.expire_holds import expire_holds
from booking.actions.holds.release_hold import release_hold
from booking.lifecycle import Status
from booking.models import Appointment
from tests.scene import ADA, GUEST, Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def scene() -> Scene:
    return make_clinic()


def test_the_time_can_be_booked_at_once(scene: Scene) -> None:
    hold = scene.hold(at(10))
    release_hold(hold, by=GUEST)
    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.CANCELLED, ["held", "released"])
    assert scene.hold(at(10), browser_key="another browser").status == Status.HOLD


def test_the_same_browser_can_hold_the_time_again(scene: Scene) -> None:
    hold = scene.hold(at(10))
    release_hold(hold, by=GUEST)
    assert scene.hold(at(10)) != hold


def test_releasing_deletes_the_draft(scene: Scene) -> None:
    hold = scene.hold(at(10))
    hold.draft = "typed"
    hold.save()
    release_hold(hold, by=GUEST)
    assert Appointment.objects.get(pk=hold.pk).draft == ""


def test_releasing_twice_adds_one_event(scene: Scene) -> None:
    hold = scene.hold(at(10))
    release_hold(hold, by=GUEST)
    release_hold(hold, by=GUEST)
    assert events(hold) == ["held", "released"]


def test_an_old_page_cannot_release_a_booked_appointment(scene: Scene) -> None:
    hold = scene.hold(at(10))
    book_appointment(hold, ADA, by=GUEST)
    release_hold(hold, by=GUEST)
    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.BOOKED, ["held", "booked"])


def test_an_expired_hold_stays_expired(
    scene: Scene, settings: Settings, frozen_clock: datetime
) -> None:
    hold = scene.hold(at(10))
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=10)
    expire_holds(settings.CLINIC_CLOCK)
    release_hold(hold, by=GUEST)
    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.EXPIRED, ["held", "expired"])
