"""Confirmations are carried to later pages, and all warnings are on one page."""

from typing import Any

import pytest
from django.test import Client

from booking.lifecycle import Status
from booking.models import Appointment, Patient
from tests.booking.desk.staffed_desk import Desk, name_of, page
from tests.factories import PatientFactory
from tests.html import assert_valid, attribute, text_of
from tests.scene import at, fresh, on

pytestmark = pytest.mark.django_db

TONIGHT = on(23, 18, 30)
"""After closing time, and sooner than patients can book."""
THIS_MORNING = on(23, 8)
"""Before opening time, and in the past: the clock shows noon."""


@pytest.fixture(autouse=True)
def _long_notice(desk: Desk) -> None:
    desk.scene.clinic.notice_minutes = 10 * 60
    desk.scene.clinic.save()


@pytest.fixture
def typed(desk: Desk) -> dict[str, Any]:
    """A visit of this morning, of somebody whose phone number is on file under another name."""
    PatientFactory.create(name="Ada New", phone="312 555 0177")
    return {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-23",
        "at": "08:00", "name": "Eva New", "phone": "312 555 0177", "do": "book",
    }  # fmt: skip


def carried(answer: Any) -> list[str]:
    """Return the confirmations that the next press sends, without boxes to tick."""
    document = assert_valid(answer.content.decode())
    return attribute(document, "input", "value", name="accepted", type="hidden")


def boxes(answer: Any) -> list[str]:
    document = assert_valid(answer.content.decode())
    return attribute(document, "input", "value", name="accepted", type="checkbox")


def shown(answer: Any) -> str:
    return text_of(assert_valid(answer.content.decode()))


def test_three_warnings_are_on_one_page_and_confirmed_together(
    front: Client, typed: dict[str, Any]
) -> None:
    asked = front.post("/desk/book/", typed)
    text = shown(asked)
    assert "does not work at that time" in text
    assert "Mon 23 Nov, 8:00 am has passed" in text
    assert "Is it one of these?" in text
    confirmed = typed | {"accepted": [*carried(asked), *boxes(asked)]}

    assert front.post("/desk/book/", confirmed).status_code == 303
    row = Appointment.objects.get()
    assert (row.starts_at, name_of(row)) == (THIS_MORNING, "Eva New")


def test_choosing_an_existing_patient_keeps_the_confirmations(
    front: Client, typed: dict[str, Any]
) -> None:
    asked = front.post("/desk/book/", typed)
    known = Patient.objects.get()
    chosen = typed | {"accepted": carried(asked), "patient": str(known.public_id)}

    assert front.post("/desk/book/", chosen).status_code == 303
    assert Appointment.objects.get().patient == known


def test_searching_for_a_patient_keeps_the_confirmations(
    front: Client, typed: dict[str, Any]
) -> None:
    confirmed = typed | {"accepted": carried(front.post("/desk/book/", typed))}
    looked = front.post("/desk/book/", confirmed | {"do": "look", "q": "Ada"})
    known = Patient.objects.get()
    chosen = typed | {"accepted": carried(looked), "patient": str(known.public_id)}

    assert front.post("/desk/book/", chosen).status_code == 303


def test_a_move_shows_warnings_and_concurrent_changes_on_one_page(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    address = page("desk-move", tomorrow)
    choices = {
        "start": TONIGHT.isoformat(), "day": "2026-11-23", "therapist": desk.therapist.slug,
        "option": str(desk.scene.option.pk), "room": "",
    }  # fmt: skip
    review = front.get(address, choices)
    seen = attribute(assert_valid(review.content.decode()), "input", "value", name="seen")
    front.post(
        page("desk-move", tomorrow), choices | {"start": at(14).isoformat(), "day": "2026-11-24"}
    )
    asked = front.post(address, choices | {"seen": seen, "accepted": carried(review)})
    text = shown(asked)
    assert asked.status_code == 409
    assert "does not work at that time" in text
    assert "has passed" not in text
    newest = attribute(assert_valid(asked.content.decode()), "input", "value", name="seen")
    assert newest != seen
    moved = front.post(address, choices | {"seen": newest, "accepted": carried(asked)})

    assert moved.status_code == 303
    assert fresh(tomorrow).starts_at == TONIGHT


def test_a_cancellation_keeps_the_input_after_a_concurrent_change(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    address = page("desk-cancel", tomorrow)
    form = assert_valid(front.get(address).content.decode())
    seen = attribute(form, "input", "value", name="seen")[0]
    front.post(
        page("desk-move", tomorrow),
        {"start": at(14).isoformat(), "day": "2026-11-24", "option": desk.scene.option.pk},
    )
    answers = {"reason": "ill", "message": "tell", "words": "Sorry.", "seen": seen}
    asked = front.post(address, answers)
    document = assert_valid(asked.content.decode())
    assert asked.status_code == 409
    assert attribute(document, "input", "value", name="reason") == ["ill"]
    assert attribute(document, "input", "value", name="message", checked="") == ["tell"]
    assert "Sorry." in shown(asked)
    newest = attribute(document, "input", "value", name="seen")[0]

    assert front.post(address, answers | {"seen": newest}).status_code == 303
    assert fresh(tomorrow).status == Status.CANCELLED
