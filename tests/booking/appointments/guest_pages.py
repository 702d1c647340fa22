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
from tests.booking.page_scene import Scene
from tests.html import assert_valid, text_of

STAFF = Actor(ActorType.STAFF)
ANA = PersonalDetails("Ana Reader", "ana@reader.example", "312 555 0142")


def booked(scene: Scene, start: datetime, therapist: Therapist | None = None) -> Appointment:
    """By a guest, with a therapist or anyone."""
    wish = SlotRequest(scene.option.pk, start, therapist.slug if therapist else None)
    hold = hold_slot(wish, by=Actor.guest(), holder="browser")
    answer(hold)
    return book_appointment(hold, ANA, by=Actor.guest())


def address(appointment: Appointment, page: str = "") -> str:
    """Of the appointment's page, or of one below it: reschedule, cancel, undo, confirm."""
    return f"/appointments/{appointment.link_token}/{page}{'/' if page else ''}"


def look(client: Client, appointment: Appointment, query: str = "") -> Any:
    """The times to move to; with a `start` in the query, old and new side by side."""
    return client.get(address(appointment, "reschedule") + query)


def move(client: Client, appointment: Appointment, start: datetime, **more: Any) -> Any:
    """Press "Move it"."""
    data = {"start": start.isoformat(), "therapist": "", **more}
    return client.post(address(appointment, "reschedule"), data)


def post(client: Client, appointment: Appointment, page: str, **data: str) -> Any:
    return client.post(address(appointment, page), data)


def read(client: Client, appointment: Appointment, page: str = "") -> str:
    """What a page says; it must be sound HTML."""
    return text_of(assert_valid(client.get(address(appointment, page)).content.decode()))
