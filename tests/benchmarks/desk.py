"""Measure the time and the size of the desk's pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from django.test import Client
from django.urls import reverse

from booking.lifecycle import Status
from booking.models import Appointment, Role, Therapist, User
from clinic.lib.dates import clock
from tests.benchmarks.measure import Figure, timed
from tests.people import browser_of, member

AIM = 100
TUESDAY = 1


def desk_figures() -> list[Figure]:
    """Measure every page of daily work, as front desk and as therapist, on a Tuesday."""
    front, therapist = _front_desk(), _therapist()
    day = _tuesday()
    one = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=clock.now()).first()
    assert one is not None
    looked = {"day": day, "do": "look", "q": "mar", "option": one.option_id}
    pages: list[tuple[str, Client, str]] = [
        ("desk: today, everybody", front, "/desk/"),
        ("desk: today, one therapist", therapist, "/desk/"),
        ("desk: a day side by side", front, f"/desk/calendar/?day={day}"),
        ("desk: a day by rooms", front, f"/desk/calendar/?day={day}&by=rooms"),
        ("desk: everybody's week", front, f"/desk/calendar/?day={day}&view=week"),
        ("desk: one therapist's week", therapist, f"/desk/calendar/?day={day}&view=week"),
        ("desk: an appointment", front, reverse("desk-appointment", args=[one.public_id])),
        ("desk: where it could move", front, reverse("desk-move", args=[one.public_id])),
        ("desk: booking by phone", front, f"/desk/book/?day={day}"),
    ]
    return [
        *(page_figure(what, client, address) for what, client, address in pages),
        _page("desk: finding a patient", partial(front.post, "/desk/book/", looked)),
    ]


def page_figure(what: str, client: Client, address: str, *, aim: int = AIM) -> Figure:
    """Measure a page for the signed-in user of the client."""
    return _page(what, partial(client.get, address), aim=aim)


def _page(what: str, ask: Callable[[], object], *, aim: int = AIM) -> Figure:
    answer = ask()
    assert answer.status_code == 200, what
    size = f"{len(answer.content) / 1000:.0f} kB"
    return replace(timed(what, ask, aim=aim, runs=20), note=size)


def _front_desk() -> Client:
    return browser_of(member(Role.FRONTDESK, email="bench-desk@clinic.example"))


def _therapist() -> Client:
    """Return the user of the first therapist."""
    user: User = member(Role.THERAPIST, email="bench-therapist@clinic.example")
    user.therapist.delete()
    first = Therapist.objects.order_by("position").first()
    assert first is not None
    first.user = user
    first.save()
    return browser_of(user)


def _tuesday() -> date:
    """Return the next Tuesday, when most therapists work."""
    today = clock.now().date()
    return today + timedelta(days=(TUESDAY - today.weekday()) % 7 or 7)
