"""Visits that staff enter after they took place, and walk-ins without contact data."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from booking.actions.appointments.book_by_phone import book_by_phone
from booking.errors import OverrideRequired, SlotInPast, TherapistBusy, VisitTooLongAgo
from booking.inputs import PersonalDetails
from booking.lifecycle import Override, Status
from booking.models import Appointment, AppointmentEvent, Notification, Patient
from booking.queries.appointments.invariants import visits_entered_afterwards, walk_ins
from booking.queries.appointments.today import booking_labels
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, by
from tests.html import assert_valid, attribute, text_of
from tests.scene import at

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
EVA = PersonalDetails("Eva New", "eva@mail.example", "+1 312-555-0177")
WALK_IN = PersonalDetails("Walter In", "", "")
PAST = frozenset({Override.PAST.value})
ALL = frozenset(Override.values)


def enter(desk: Desk, start: Any, who: PersonalDetails | Patient = EVA, **more: Any) -> Appointment:
    values: dict[str, Any] = {"accepted_overrides": PAST, "may_be_past": True} | more
    return book_by_phone(desk.slot_request(start), who, by=by(desk.front), **values)


def faults() -> list[str]:
    return [*visits_entered_afterwards(clock.now()), *walk_ins(clock.now())]


def test_a_visit_of_this_morning_is_completed_marked_and_told_to_nobody(desk: Desk) -> None:
    row = enter(desk, at(9, 30, day=MONDAY))

    assert (row.status, row.override) == (Status.COMPLETED, "")
    assert (row.entered_afterwards, row.arrived_at) == (True, row.starts_at)
    assert row.events.get().details == {"override": ["past"]}
    assert booking_labels(row) == ["entered afterwards"]
    assert not Notification.objects.exists()
    assert faults() == []


def test_a_visit_that_has_begun_is_under_way(desk: Desk) -> None:
    row = enter(desk, at(11, 30, day=MONDAY))

    assert (row.status, row.entered_afterwards) == (Status.ARRIVED, True)
    assert not Notification.objects.exists()


def test_it_is_entered_only_knowingly_and_once(desk: Desk) -> None:
    with pytest.raises(OverrideRequired) as refused:
        enter(desk, at(9, day=MONDAY), accepted_overrides=frozenset())
    assert refused.value.overrides == [Override.PAST]

    assert enter(desk, at(9, day=MONDAY)) == enter(desk, at(9, day=MONDAY))
    assert Appointment.objects.count() == 1


def test_a_week_back_and_no_further_and_not_by_an_import(desk: Desk) -> None:
    noon = at(12, day=MONDAY)

    assert enter(desk, noon - timedelta(days=3, hours=1), accepted_overrides=ALL).pk
    with pytest.raises(VisitTooLongAgo):
        enter(desk, noon - timedelta(days=7, minutes=1), accepted_overrides=ALL)
    with pytest.raises(SlotInPast):
        enter(desk, at(9, day=MONDAY), may_be_past=False, accepted_overrides=ALL)


def test_it_never_overlaps_another_appointment(desk: Desk) -> None:
    desk.booked(at(9, day=MONDAY), status=Status.COMPLETED)
    with pytest.raises(TherapistBusy):
        enter(desk, at(9, 30, day=MONDAY), accepted_overrides=ALL)


def test_a_walk_in_needs_a_name_and_gets_no_mail(desk: Desk) -> None:
    row = enter(desk, at(12, 5, day=MONDAY), WALK_IN, accepted_overrides=frozenset())

    assert (row.status, row.is_walk_in, row.entered_afterwards) == (Status.BOOKED, True, False)
    assert booking_labels(row) == ["walk-in"]
    assert not Notification.objects.filter(is_to_patient=True).exists()
    assert faults() == []


def test_what_is_not_marked_or_marked_wrongly_is_a_fault(desk: Desk) -> None:
    past, walk_in = enter(desk, at(9, day=MONDAY)), enter(desk, at(10, 30, day=MONDAY), WALK_IN)
    later = enter(desk, at(12, 30, day=MONDAY), accepted_overrides=frozenset(), is_new_patient=True)
    Appointment.objects.filter(pk=walk_in.pk).update(is_walk_in=False)
    Appointment.objects.filter(pk=later.pk).update(entered_afterwards=True)
    Appointment.objects.filter(pk=past.pk).update(
        entered_afterwards=False, booked_at=past.starts_at + timedelta(days=2)
    )

    assert faults() == [
        f"Appointment {later.pk} is marked as entered afterwards, but was not.",
        f"Appointment {past.pk} was entered afterwards, but is not marked so.",
        f"Appointment {walk_in.pk} has no contact data, but is not a walk-in's.",
    ]
    assert AppointmentEvent.objects.filter(appointment=past, actor_type="staff").exists()


def test_at_the_desk_a_walk_in_of_this_morning_is_asked_once(desk: Desk, front: Client) -> None:
    typed = {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-23",
        "at": "09:30", "name": "Eva New", "do": "book",
    }  # fmt: skip
    refused = front.post("/desk/book/", typed)
    assert "or check the box “Walk-in”" in text_of(assert_valid(refused.content.decode()))

    asked = front.post("/desk/book/", typed | {"walk_in": "on"})
    text = text_of(assert_valid(asked.content.decode()))
    assert "Mon 23 Nov, 9:30 am has passed." in text
    assert "nobody gets a mail about it" in text
    document = assert_valid(asked.content.decode())
    accepted = attribute(document, "input", "value", name="accepted", type="hidden")
    confirmed = typed | {"walk_in": "on", "accepted": accepted}
    booked = front.post("/desk/book/", confirmed, follow=True)

    shown = text_of(assert_valid(booked.content.decode()))
    assert "entered afterwards" in shown
    assert "walk-in" in shown
    patient = Patient.objects.get()
    saved = front.post(f"/desk/patients/{patient.public_id}/edit/", {"name": "Eva Newman"})
    assert saved.status_code == 303
