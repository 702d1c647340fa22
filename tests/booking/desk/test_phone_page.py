"""The page for booking by phone: find, choose and book on one page."""

from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment, Patient
from tests.booking.desk.staffed_desk import Desk, name_of, page
from tests.factories import PatientFactory
from tests.html import assert_valid, attribute, text_of
from tests.scene import at

pytestmark = pytest.mark.django_db


def test_a_new_patient_is_booked_by_phone(desk: Desk, front: Client) -> None:
    assert_valid(front.get("/desk/book/").content.decode())
    typed = {
        "option": desk.scene.option.pk, "therapist": "", "day": "2026-11-24",
        "start": at(10).isoformat(), "name": "Eva New", "phone": "312 555 0177",
    }  # fmt: skip
    answer = front.post("/desk/book/", typed | {"do": "book"})

    row = Appointment.objects.get()
    assert answer["Location"] == page("desk-appointment", row)
    assert (row.starts_at, name_of(row)) == (at(10), "Eva New")


def test_a_get_changes_nothing(desk: Desk, front: Client) -> None:
    patient = PatientFactory(name="Ana Reader")
    typed = {"option": desk.scene.option.pk, "day": "2026-11-24", "q": "ana", "do": "look"}
    whole = front.post("/desk/book/", typed)
    part = front.post("/desk/book/", typed, headers={"X-Part": "people"})

    document = assert_valid(whole.content.decode())
    assert str(patient.public_id) in attribute(document, "input", "value", name="patient")
    assert at(10).isoformat() in attribute(document, "input", "value", name="start")
    assert "<html" not in part.content.decode()
    assert "Ana Reader" in part.content.decode()
    assert (Appointment.objects.count(), Patient.objects.count()) == (0, 1)


def test_look_alikes_are_shown_and_can_be_chosen_or_rejected(desk: Desk, front: Client) -> None:
    known = PatientFactory(name="Eva New")
    typed = {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-24",
        "start": at(10).isoformat(), "name": "eva new", "phone": "312 555 0177", "do": "book",
    }  # fmt: skip
    answer = front.post("/desk/book/", typed)
    assert answer.status_code == 409
    document = assert_valid(answer.content.decode())
    assert "Is it one of these?" in text_of(document)
    chosen = attribute(document, "input", "value", name="patient")[0]
    front.post("/desk/book/", typed | {"patient": chosen})

    assert Appointment.objects.get().patient == known
    assert Patient.objects.count() == 1


def test_an_override_is_confirmed_for_one_time_only(desk: Desk, front: Client) -> None:
    typed = {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-24",
        "at": "18:00", "name": "Eva New", "phone": "312 555 0177", "do": "book",
    }  # fmt: skip
    answer = front.post("/desk/book/", typed)
    assert answer.status_code == 409
    accepted = attribute(assert_valid(answer.content.decode()), "input", "value", name="accepted")
    later = front.post("/desk/book/", typed | {"at": "19:00", "accepted": accepted})
    assert later.status_code == 409
    assert front.post("/desk/book/", typed | {"accepted": accepted}).status_code == 303

    assert Appointment.objects.get().override == "hours"


def confirm(client: Client, answer: Any, typed: dict[str, Any], *, new: bool = False) -> Any:
    """Send the form of a page again, with what it carries; `new`: and with "none of these"."""
    document = assert_valid(answer.content.decode())
    carried = attribute(document, "input", "value", name="accepted", type="hidden")
    boxes = attribute(document, "input", "value", name="accepted", type="checkbox")
    return client.post("/desk/book/", typed | {"accepted": carried + (boxes if new else [])})


def test_all_warnings_are_on_one_page_and_confirmed_together(desk: Desk, front: Client) -> None:
    """All warnings stand on one page, and one more press books."""
    PatientFactory(name="Ada New", phone="312 555 0177")
    typed = {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-24",
        "at": "18:00", "name": "Eva New", "phone": "312 555 0177", "do": "book",
    }  # fmt: skip
    answer = front.post("/desk/book/", typed)
    text = text_of(assert_valid(answer.content.decode()))
    assert "does not work at that time" in text
    assert "Is it one of these?" in text
    assert confirm(front, answer, typed, new=True).status_code == 303

    row = Appointment.objects.get()
    assert (row.override, name_of(row)) == ("hours", "Eva New")


def test_a_confirmation_is_carried_when_another_is_asked(desk: Desk, front: Client) -> None:
    PatientFactory(name="Ada New", phone="312 555 0177")
    typed = {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-24",
        "at": "18:00", "name": "Eva New", "phone": "312 555 0177", "do": "book",
    }  # fmt: skip
    hours_only = confirm(front, front.post("/desk/book/", typed), typed)
    assert hours_only.status_code == 409
    assert "does not work at that time" not in text_of(assert_valid(hours_only.content.decode()))
    wrong = confirm(front, hours_only, typed | {"email": "no"}, new=True)
    assert wrong.status_code == 422
    assert confirm(front, wrong, typed).status_code == 303

    assert Appointment.objects.get().override == "hours"


def test_none_of_these_holds_only_for_the_shown_look_alikes(desk: Desk, front: Client) -> None:
    PatientFactory(name="Ada New", phone="312 555 0177")
    typed = {
        "option": desk.scene.option.pk, "therapist": desk.therapist.slug, "day": "2026-11-24",
        "start": at(10).isoformat(), "name": "Eva New", "phone": "312 555 0177", "do": "book",
    }  # fmt: skip
    answer = front.post("/desk/book/", typed)
    somebody_else = confirm(front, answer, typed | {"name": "Ada New"}, new=True)

    assert somebody_else.status_code == 409
    assert not Appointment.objects.exists()


def test_a_click_in_the_calendar_fills_in_the_time(desk: Desk, front: Client) -> None:
    answer = front.get("/desk/book/", {"start": at(18).isoformat(), "therapist": desk.other.slug})
    document = assert_valid(answer.content.decode())

    assert attribute(document, "input", "value", name="day") == ["2026-11-24"]
    assert attribute(document, "input", "value", name="at") == ["18:00"]
