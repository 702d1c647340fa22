"""A held time is given back."""

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


def test_the_time_is_free_at_once(scene: Scene) -> None:
    hold = scene.hold(at(10))
    release_hold(hold, by=GUEST)
    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.CANCELLED, ["held", "released"])
    assert scene.hold(at(10), browser_key="another browser").status == Status.HOLD


def test_the_same_browser_may_take_it_again(scene: Scene) -> None:
    hold = scene.hold(at(10))
    release_hold(hold, by=GUEST)
    assert scene.hold(at(10)) != hold


def test_what_was_typed_goes_with_it(scene: Scene) -> None:
    hold = scene.hold(at(10))
    hold.draft = "typed"
    hold.save()
    release_hold(hold, by=GUEST)
    assert Appointment.objects.get(pk=hold.pk).draft == ""


def test_giving_back_twice_is_written_once(scene: Scene) -> None:
    hold = scene.hold(at(10))
    release_hold(hold, by=GUEST)
    release_hold(hold, by=GUEST)
    assert events(hold) == ["held", "released"]


def test_a_booked_appointment_is_not_given_back_by_an_old_page(scene: Scene) -> None:
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
