"""The note for the team, and cancelling at the desk with or without a mail."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.set_team_note import set_team_note
from booking.errors import ConcurrentChange
from booking.inputs import MoveTerms
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, Notification
from booking.queries.appointments.invariants import missing_notifications
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, by, page, signed_in
from tests.factories import AppointmentEventFactory
from tests.html import assert_valid, attribute
from tests.scene import at, events

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def appointment(desk: Desk) -> Appointment:
    return desk.booked(at(10))


def test_the_note_is_encrypted_and_not_in_the_history(desk: Desk, appointment: Appointment) -> None:
    set_team_note(appointment, "brings her dog", by=by(desk.front))
    with connection.cursor() as cursor:
        cursor.execute("SELECT team_note FROM booking_appointment")
        stored = str(cursor.fetchone()[0])

    assert Appointment.objects.get().team_note == "brings her dog"
    assert stored
    assert "dog" not in stored
    assert appointment.events.get(kind="noted").details == {}


def test_saving_the_same_note_adds_no_event(desk: Desk, appointment: Appointment) -> None:
    for _ in range(2):
        set_team_note(appointment, "brings her dog", by=by(desk.front))

    assert events(appointment) == ["booked", "noted"]


def test_a_note_changed_meanwhile_is_not_overwritten(desk: Desk, appointment: Appointment) -> None:
    seen = appointment.events.get().pk
    set_team_note(appointment, "brings her dog", by=by(desk.maya), last_seen_event=seen)
    with pytest.raises(ConcurrentChange):
        set_team_note(appointment, "comes by train", by=by(desk.front), last_seen_event=seen)

    assert Appointment.objects.get().team_note == "brings her dog"


def test_an_internal_reason_is_not_mailed_to_the_patient(
    desk: Desk, appointment: Appointment
) -> None:
    cancel_appointment(
        appointment, by=by(desk.front), reason="Maya is ill", message_to_patient="We are sorry."
    )
    mail = json.loads(Notification.objects.get(kind="cancelled").data)

    assert (mail["words"], mail["by_staff"]) == ("We are sorry.", True)
    assert Appointment.objects.get().cancel_reason == "Maya is ill"


def test_cancelling_without_a_mail_sends_none(desk: Desk, appointment: Appointment) -> None:
    row = cancel_appointment(
        appointment, by=by(desk.front), reason="she called", notify_patient=False
    )

    assert row.status == Status.CANCELLED
    assert Notification.objects.filter(kind="cancelled").count() == 0
    assert appointment.events.get(kind="cancelled").details == {"patient_notified": False}
    AppointmentEvent.objects.filter(kind="booked").delete()  # the scene's line was told by nobody
    assert list(missing_notifications(clock.now())) == []


def test_older_events_without_a_mail_are_still_understood(
    desk: Desk, appointment: Appointment
) -> None:
    AppointmentEvent.objects.all().delete()
    AppointmentEventFactory(appointment=appointment, kind="cancelled", details={"told": False})
    shown = signed_in(desk.owner).get(page("desk-appointment", appointment)).content

    assert b"the patient was not written to" in shown
    assert list(missing_notifications(clock.now())) == []


def test_an_appointment_moved_meanwhile_is_not_cancelled(
    desk: Desk, appointment: Appointment
) -> None:
    seen = appointment.events.get().pk
    appointment.events.create(kind="moved", actor_type="patient")
    with pytest.raises(ConcurrentChange):
        cancel_appointment(appointment, by=by(desk.front), last_seen_event=seen)

    assert Appointment.objects.get().status == Status.BOOKED


def test_a_form_error_does_not_hide_a_concurrent_change(
    desk: Desk, front: Client, appointment: Appointment
) -> None:
    sent = {"message": "tell", "seen": seen_on(front.get(page("desk-cancel", appointment)))}
    terms = MoveTerms(last_seen_event=appointment.events.get().pk)
    reschedule_appointment(appointment, start=at(14), terms=terms, by=by(desk.maya))
    mistake = front.post(page("desk-cancel", appointment), sent | {"reason": "x" * 501})
    assert mistake.status_code == 422
    again = front.post(page("desk-cancel", appointment), sent | {"seen": seen_on(mistake)})

    assert again.status_code == 409
    assert Appointment.objects.get().status == Status.BOOKED


def seen_on(response: Any) -> str:
    """The newest event that a page carries in its form."""
    document = assert_valid(response.content.decode())
    return attribute(document, "input", "value", name="seen")[0]
