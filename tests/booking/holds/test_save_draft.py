"""The draft of a hold is saved encrypted."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.expire_holds import expire_holds
from booking.actions.holds.release_hold import release_hold
from booking.actions.holds.save_draft import save_draft
from booking.errors import InvalidState
from booking.models import Appointment
from tests.scene import ADA, GUEST, Scene, at, events, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def hold() -> Appointment:
    scene: Scene = make_clinic()
    return scene.hold(at(10))


def kept(hold: Appointment) -> str:
    return Appointment.objects.get(pk=hold.pk).draft


def test_the_draft_is_shown_again(hold: Appointment) -> None:
    save_draft(hold, '{"name": "Zoë"}', by=GUEST)
    assert (kept(hold), hold.draft) == ('{"name": "Zoë"}', '{"name": "Zoë"}')


def test_the_last_draft_replaces_the_earlier_one(hold: Appointment) -> None:
    for draft in ("first", "second", ""):
        save_draft(hold, draft, by=GUEST)
        assert kept(hold) == draft


def test_the_draft_is_encrypted_in_the_database(hold: Appointment) -> None:
    save_draft(hold, "my left knee", by=GUEST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT draft FROM booking_appointment")
        (stored,) = cursor.fetchone()
    assert stored.startswith("v1.")
    assert "knee" not in stored


def test_saving_a_draft_neither_extends_the_hold_nor_adds_an_event(hold: Appointment) -> None:
    before = hold.hold_expires_at
    save_draft(hold, "typed", by=GUEST)
    hold.refresh_from_db()
    assert (hold.hold_expires_at, events(hold)) == (before, ["held"])


@pytest.mark.parametrize("marked", [True, False])
def test_an_expired_hold_still_takes_a_draft(
    hold: Appointment, settings: Settings, frozen_clock: datetime, marked: bool
) -> None:
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=10)
    if marked:
        expire_holds(settings.CLINIC_CLOCK)
    save_draft(hold, "typed", by=GUEST)
    assert kept(hold) == "typed"


def test_a_booked_appointment_takes_no_draft(hold: Appointment) -> None:
    book_appointment(hold, ADA, by=GUEST)
    with pytest.raises(InvalidState):
        save_draft(hold, "typed", by=GUEST)
    assert kept(hold) == ""


def test_a_released_hold_takes_no_draft(hold: Appointment) -> None:
    release_hold(hold, by=GUEST)
    with pytest.raises(InvalidState):
        save_draft(hold, "typed", by=GUEST)
    assert kept(hold) == ""
