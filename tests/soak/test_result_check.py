"""The result check of a soak run finds each kind of violation."""

from collections.abc import Iterable
from typing import Any

import pytest

from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.models import Appointment, Notification
from tests.scene import ADA, GUEST, Scene, at, make_clinic
from tests.soak.result_check import (
    Line,
    double_bookings,
    duplicate_mails,
    overlaps,
    read_expected_states,
    unavailable_outside_faults,
    wrong_appointments,
    wrong_mails,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2, cancellation_hours=1)


@pytest.fixture
def booked(scene: Scene) -> Appointment:
    return book_appointment(scene.hold(at(10)), ADA, by=GUEST)


def event(what: str, outcome: str = "acknowledged", **facts: Any) -> Line:
    return {"line": "event", "about": ADA.email, "what": what, "outcome": outcome, **facts}


BOOKED = event("booked", start=at(10).isoformat())


def faults(*events: Line) -> list[str]:
    return list(wrong_appointments(read_expected_states(events)))


def sent(rows: Iterable[Notification]) -> list[Line]:
    """Mark the mails as sent, and return what the mail server has of them."""
    for row in rows:
        row.status, row.sent_at = Notification.Status.SENT, row.created_at
        row.save()
    return [
        {"id": row.message_id, "to": [ADA.email], "uid": "1", "method": "REQUEST", "sequence": "0"}
        for row in rows
    ]


def test_what_was_acknowledged_and_is_there_is_fine(booked: Appointment) -> None:
    assert faults(BOOKED) == []


def test_an_acknowledged_booking_that_is_not_there_is_found(scene: Scene) -> None:
    assert len(faults(BOOKED)) == 1


def test_a_booking_without_an_answer_may_be_there_or_not(booked: Appointment) -> None:
    assert faults(event("booked", "unknown", start=at(10).isoformat())) == []
    assert faults(BOOKED, event("cancelled", "unknown")) == []


def test_an_acknowledged_change_that_is_not_there_is_found(booked: Appointment) -> None:
    assert len(faults(BOOKED, event("moved", start=at(12).isoformat()))) == 1
    assert len(faults(BOOKED, event("cancelled"))) == 1


def test_a_change_that_nobody_asked_for_is_found(booked: Appointment) -> None:
    cancel_appointment(booked, by=GUEST)

    assert len(faults(BOOKED)) == 1
    assert faults(BOOKED, event("cancelled")) == []


def test_somebody_who_is_booked_twice_is_found(scene: Scene, booked: Appointment) -> None:
    book_appointment(scene.hold(at(14), browser_key="other"), ADA, by=GUEST)

    assert "is booked 2 times" in faults(BOOKED)[0]


def test_two_appointments_at_once_are_found(scene: Scene, booked: Appointment) -> None:
    other = book_appointment(scene.hold(at(14), browser_key="other"), ADA, by=GUEST)
    assert list(double_bookings()) == []
    rows = [(1, 8, at(10, 30), at(12)), (1, 7, at(10), at(11)), (2, other.pk, at(10), at(11))]

    assert list(overlaps("room", rows)) == [f"appointments 7 and 8 share room 1 at {at(10, 30)}"]


def test_a_mail_that_never_arrived_is_found(booked: Appointment) -> None:
    expected = read_expected_states([BOOKED])
    assert "is waiting" in next(wrong_mails(expected, []))
    mails = sent(booked.notifications.filter(kind="booked"))

    assert list(wrong_mails(expected, mails)) == []
    assert "never arrived" in next(wrong_mails(expected, []))


def test_a_mail_that_was_dropped_though_nothing_newer_was_sent_is_found(
    booked: Appointment,
) -> None:
    booked.notifications.filter(kind="booked").update(status=Notification.Status.DROPPED)

    assert "nothing newer was sent" in next(wrong_mails(read_expected_states([BOOKED]), []))


def test_the_same_mail_twice_is_fine_and_another_one_about_the_same_is_not(
    booked: Appointment,
) -> None:
    (mail,) = sent(booked.notifications.filter(kind="booked"))

    assert list(duplicate_mails([mail, mail])) == []
    assert "was mailed 2 times" in next(duplicate_mails([mail, {**mail, "id": "<another>"}]))


def test_an_unavailable_site_is_found_unless_something_was_out_of_order() -> None:
    fault = {"line": "fault", "started": 10.0, "recovered": 12.0, "allowed": 1.0}
    calm = {"line": "request", "actor": "a", "request": "GET /", "status": 503}
    lines = [fault, {**calm, "started": 11.0, "ended": 11.5}]
    assert list(unavailable_outside_faults(lines)) == []

    late = {**calm, "started": 30.0, "ended": 30.5}
    assert len(list(unavailable_outside_faults([*lines, late]))) == 1
