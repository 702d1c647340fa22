"""A move by staff can be undone for a minute, before the patient hears of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from booking.actions.appointments.mark_status import mark_arrived
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.undo_move import undo_move
from booking.errors import ConcurrentChange, MoveUndoExpired, SlotTaken
from booking.models import Appointment, AppointmentEvent, AuditEntry, Notification
from booking.notifications.delivery import deliver_due
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, by, signed_in, terms
from tests.scene import at, events

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ALREADY = timedelta(seconds=61)


@pytest.fixture
def appointment(desk: Desk) -> Appointment:
    """Tuesday at ten with Maya, which the patient has confirmed."""
    return desk.booked(at(10), attendance_confirmed_at=at(9) - timedelta(days=1))


def move(desk: Desk, appointment: Appointment) -> AppointmentEvent:
    """Move it to three o'clock with Daniel, and return the event."""
    moved = reschedule_appointment(
        appointment, start=at(15), therapist=desk.other.slug, terms=terms(), by=by(desk.front)
    )
    return moved.events.get(kind="moved")


def mails(kind: str = "moved") -> list[str]:
    rows = Notification.objects.filter(kind=kind, is_to_patient=True).order_by("pk")
    return list(rows.values_list("status", flat=True))


def test_it_is_as_before_and_the_patient_hears_nothing(
    desk: Desk, appointment: Appointment
) -> None:
    event = move(desk, appointment)
    row = undo_move(appointment, move=event.pk, by=by(desk.front))
    row.refresh_from_db()

    for name in (
        "starts_at", "ends_at", "blocked_until", "therapist_id", "room_id", "price",
        "any_therapist", "attendance_confirmed_at", "override",
    ):  # fmt: skip
        assert getattr(row, name) == getattr(appointment, name), name
    assert events(row) == ["booked", "moved", "moved"]
    assert row.events.latest("pk").details["patient_notified"] is False
    assert row.sequence == 2
    assert mails() == ["dropped"]


def test_the_mail_about_a_move_waits_as_long_as_it_can_be_undone(
    desk: Desk, appointment: Appointment, settings: Settings
) -> None:
    move(desk, appointment)
    deliver_due()
    assert mails() == ["waiting"]

    settings.CLINIC_CLOCK += ALREADY
    deliver_due()
    assert mails() != ["waiting"]


def test_a_patient_who_was_told_is_told_again(desk: Desk, appointment: Appointment) -> None:
    event = move(desk, appointment)
    Notification.objects.filter(kind="moved").update(status="sent", sent_at=clock.now())
    undo_move(appointment, move=event.pk, by=by(desk.front))

    assert mails() == ["sent", "waiting"]


def test_after_a_minute_it_is_too_late(
    desk: Desk, appointment: Appointment, settings: Settings
) -> None:
    event = move(desk, appointment)
    settings.CLINIC_CLOCK += ALREADY

    with pytest.raises(MoveUndoExpired):
        undo_move(appointment, move=event.pk, by=by(desk.front))


def test_only_who_moved_it_can_undo_it(desk: Desk, appointment: Appointment) -> None:
    event = move(desk, appointment)

    with pytest.raises(MoveUndoExpired):
        undo_move(appointment, move=event.pk, by=by(desk.owner))
    with pytest.raises(MoveUndoExpired):
        undo_move(appointment, move=appointment.events.earliest("pk").pk, by=by(desk.front))


def test_what_happened_since_is_not_undone(desk: Desk, appointment: Appointment) -> None:
    event = move(desk, appointment)
    later = reschedule_appointment(
        appointment, start=at(12), therapist=desk.other.slug, terms=terms(), by=by(desk.owner)
    )

    with pytest.raises(ConcurrentChange):
        undo_move(appointment, move=event.pk, by=by(desk.front))
    later.refresh_from_db()
    assert later.starts_at == at(12)


def test_a_time_that_somebody_else_has_taken_stays_theirs(
    desk: Desk, appointment: Appointment
) -> None:
    event = move(desk, appointment)
    desk.booked(at(10), patient__name="Quicker")

    with pytest.raises(SlotTaken):
        undo_move(appointment, move=event.pk, by=by(desk.front))
    assert mails() == ["waiting"]


def test_an_arrived_patient_is_not_moved_back(desk: Desk, settings: Settings) -> None:
    settings.CLINIC_CLOCK = at(9, 50)
    appointment = desk.booked(at(10))
    moved = reschedule_appointment(appointment, start=at(10, 10), terms=terms(), by=by(desk.front))
    mark_arrived(moved, by=by(desk.front))

    with pytest.raises(ConcurrentChange):
        undo_move(appointment, move=moved.events.get(kind="moved").pk, by=by(desk.front))


def moved_at_the_desk(client: Client, desk: Desk, appointment: Appointment) -> str:
    """Move it by the page, and return the page that follows."""
    data = {"start": at(15).isoformat(), "therapist": desk.other.slug, "next": "/desk/calendar/"}
    url = reverse("desk-move", args=[appointment.public_id])
    return client.post(url, data, follow=True).content.decode()


def test_the_page_after_a_move_offers_to_undo_it(
    desk: Desk, appointment: Appointment, settings: Settings
) -> None:
    client = signed_in(desk.front)
    page = moved_at_the_desk(client, desk, appointment)
    assert "Undo the move" in page
    url = reverse("desk-move-undo", args=[appointment.public_id])
    seen = appointment.events.latest("pk").pk
    back = client.post(url, {"seen": seen, "next": "/desk/calendar/"}, follow=True)

    assert back.redirect_chain == [("/desk/calendar/", 303)]
    assert "10:00 am" in back.content.decode()
    assert "Undo the move" not in back.content.decode()
    appointment.refresh_from_db()
    assert appointment.starts_at == at(10)
    entry = AuditEntry.objects.exclude(action="read").latest("pk")
    assert (entry.user, entry.object_type) == (desk.front, "appointment")
    assert entry.patient_pk == appointment.patient_id


def test_the_offer_ends_with_the_minute(
    desk: Desk, appointment: Appointment, settings: Settings
) -> None:
    client = signed_in(desk.front)
    moved_at_the_desk(client, desk, appointment)
    settings.CLINIC_CLOCK += ALREADY
    assert "Undo the move" not in client.get("/desk/calendar/").content.decode()

    url = reverse("desk-move-undo", args=[appointment.public_id])
    late = client.post(url, {"seen": appointment.events.latest("pk").pk}, follow=True)
    assert "This move can no longer be undone" in late.content.decode()
    assert client.post(url, {"seen": "nonsense"}).status_code == 303
