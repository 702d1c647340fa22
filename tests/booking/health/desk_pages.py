"""Helpers to open the desk in a role, for tests of the brief and of callback requests."""

from django.test import Client

from booking.models import Appointment, Role
from tests.html import assert_valid, parse, text_of
from tests.people import browser_of, member


def browser(role: Role, of: Appointment | None = None) -> Client:
    user = member(role)
    if of is not None:
        user.therapist.delete()
        of.therapist.user = user
        of.therapist.save()
    return browser_of(user)


def address(row: Appointment, page: str) -> str:
    return f"/desk/appointments/{row.public_id}/{page}/"


def read(client: Client, where: str) -> str:
    response = client.get(where)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    page: str = response.content.decode()
    assert_valid(page)
    return text_of(parse(page))
