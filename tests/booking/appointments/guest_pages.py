"""An appointment booked by a guest, and its pages, for tests of changing it."""

from datetime import datetime
from typing import Any

from django.test import Client

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.hold_slot import hold_slot
from booking.inputs import PersonalDetails, SlotRequest
from booking.models import Appointment, Therapist
from tests.booking.health.answers import answer
from tests.html import assert_valid, text_of
from tests.scene import Scene

STAFF = Actor(ActorType.STAFF)
ANA = PersonalDetails("Ana Reader", "ana@reader.example", "312 555 0142")


def booked(scene: Scene, start: datetime, therapist: Therapist | None = None) -> Appointment:
    """Book as a guest, with a given therapist or any."""
    slot_request = SlotRequest(scene.option.pk, start, therapist.slug if therapist else None)
    hold = hold_slot(slot_request, by=Actor.guest(), browser_key="browser")
    answer(hold)
    return book_appointment(hold, ANA, by=Actor.guest())


def address(appointment: Appointment, page: str = "") -> str:
    """Return the URL of the appointment's page or of a subpage, such as reschedule or cancel."""
    return f"/appointments/{appointment.link_token}/{page}{'/' if page else ''}"


def look(client: Client, appointment: Appointment, query: str = "") -> Any:
    """GET the page for moving; with `start` in the query, the review page."""
    return client.get(address(appointment, "reschedule") + query)


def move(client: Client, appointment: Appointment, start: datetime, **more: Any) -> Any:
    """POST the move of the review page."""
    data = {"start": start.isoformat(), "therapist": "", **more}
    return client.post(address(appointment, "reschedule"), data)


def post(client: Client, appointment: Appointment, page: str, **data: str) -> Any:
    return client.post(address(appointment, page), data)


def read(client: Client, appointment: Appointment, page: str = "") -> str:
    """Return the text of a page, and assert that its HTML is valid."""
    return text_of(assert_valid(client.get(address(appointment, page)).content.decode()))
