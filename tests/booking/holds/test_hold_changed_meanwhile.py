"""A hold that another request changes after a page has read it, and before its action locks it.

The form of a step arrives twice when somebody sends it again because the first answer is slow or
lost. Both requests then read the hold before either changes it.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions.holds.release_hold import release_hold
from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import ChangeInProgress
from booking.lifecycle import Status
from booking.models import Appointment, Patient
from booking.queries.appointments.by_link import find_by_link
from booking.views.public.booking import open_hold
from tests.booking.appointments.test_booking_journey import ANA, choose, hold_url
from tests.booking.health.answers import all_no
from tests.booking.schedule.schedule_changes import STAFF, away
from tests.html import assert_valid, attribute, text_of
from tests.scene import GUEST, Scene, make_weekday_clinic, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
STEPS: dict[str, dict[str, str]] = {
    "": ANA,
    "review/": {},
    "questions/": all_no(),
    "extend/": {},
    "again/": {},
    "call-back/": {"name": "Ana Reader", "phone": "312 555 0142"},
    "treatment/": {"option": "1"},
    "prove/": {},
}
"""The forms of a hold, by the end of their addresses."""


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic()


@pytest.fixture
def url(client: Client, scene: Scene) -> str:
    """The address of a hold for which everything is answered, so that each step can be sent."""
    client.raise_request_exception = False
    address = hold_url(client, scene, on(24, 10))
    client.post(address, ANA)
    client.post(f"{address}questions/", all_no())
    return address


def book(url: str) -> None:
    booked = Client().post(url, ANA)
    assert booked["Location"].startswith("/appointments/")


def release(_url: str) -> None:
    release_hold(Appointment.objects.get(), by=GUEST)


def delete(_url: str) -> None:
    Appointment.objects.get().delete()


def after_reading(monkeypatch: pytest.MonkeyPatch, change: Callable[[], None]) -> None:
    """Let the next page of a hold change it after the query that reads it."""

    def read_then_change(token: str, purpose: Any) -> Appointment | None:
        hold = find_by_link(token, purpose)
        monkeypatch.undo()
        change()
        return hold

    monkeypatch.setattr(open_hold, "find_by_link", read_then_change)


def end_of(response: Any) -> tuple[int, str]:
    """Return the status of the last page, and which hold or appointment it is about."""
    path = response.request["PATH_INFO"]
    return response.status_code, re.sub(r"(/book/hold/[^/]+/).*", r"\1", path)


@pytest.mark.parametrize("change", [book, release, delete])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_during_which_the_hold_is_changed_ends_where_a_later_one_does(
    client: Client,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    change: Callable[[str], None],
) -> None:
    after_reading(monkeypatch, lambda: change(url))
    meanwhile = client.post(f"{url}{step}", STEPS[step], follow=True)
    later = client.post(f"{url}{step}", STEPS[step], follow=True)

    assert end_of(meanwhile) == end_of(later)
    assert later.status_code < 500


def test_a_confirmation_sent_twice_at_once_books_once_and_shows_the_appointment_twice(
    client: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_reading(monkeypatch, lambda: book(url))
    second = client.post(url, ANA)

    appointment = Appointment.objects.get(status=Status.BOOKED)
    assert (second.status_code, second["Location"]) == (
        303,
        f"/appointments/{appointment.link_token}/",
    )
    assert Patient.objects.count() == 1
    assert [event.kind for event in appointment.events.all()] == ["held", "booked"]


@pytest.mark.parametrize(
    ("step", "action"),
    [
        ("", "booking.hold.save_draft"),
        ("", "booking.hold.book_appointment"),
        ("review/", "booking.hold.book_appointment"),
        ("questions/", "health.health_questions.submit_answers"),
        ("treatment/", "health.health_questions.change_hold_treatment"),
    ],
)
def test_a_busy_hold_keeps_what_was_typed_and_is_not_called_gone(
    client: Client, url: str, monkeypatch: pytest.MonkeyPatch, step: str, action: str
) -> None:
    def meet_a_lock(*_: object, **__: object) -> None:
        raise ChangeInProgress

    monkeypatch.setattr(f"booking.views.public.{action}", meet_a_lock)
    form = urlencode(STEPS[step] | {"csrfmiddlewaretoken": "a token"})
    answer = client.post(f"{url}{step}", form, "application/x-www-form-urlencoded")
    page = assert_valid(answer.content.decode())

    assert answer.status_code == 409
    assert "Please try again in a moment" in text_of(page)
    assert attribute(page, "form", "action", method="post") == [f"{url}{step}"]
    for name, value in STEPS[step].items():
        assert attribute(page, "input", "value", name=name) == [value]


def test_a_busy_hold_that_has_expired_is_not_called_gone(
    client: Client, url: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    def meet_a_lock(*_: object, **__: object) -> None:
        raise ChangeInProgress

    settings.CLINIC_CLOCK += timedelta(minutes=11)
    monkeypatch.setattr("booking.views.public.booking.expired_hold.hold_slot", meet_a_lock)
    answer = client.post(f"{url}again/")

    assert answer.status_code == 409
    assert "Please try again in a moment" in text_of(assert_valid(answer.content.decode()))


def record_time_off(scene: Scene) -> None:
    change_schedule(away(scene.therapist, starts=9, ends=12), resolutions={}, by=STAFF)


@pytest.mark.parametrize("step", ["", "review/", "questions/", "extend/", "treatment/"])
def test_a_step_during_which_staff_record_time_off_offers_other_times(
    client: Client, scene: Scene, url: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    after_reading(monkeypatch, lambda: record_time_off(scene))
    answer = client.post(f"{url}{step}", STEPS[step])
    page = text_of(assert_valid(answer.content.decode()))

    assert answer.status_code == 410
    assert "That time is gone" in page
    assert "we cannot offer that time any more" in page
    assert "What you typed is kept" in page
    assert "12:00" in page


@pytest.mark.parametrize("sent", ["before", "at the same moment"])
def test_what_was_typed_for_a_withdrawn_time_goes_to_the_next_one(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    url = hold_url(client, scene, on(24, 10))
    if sent == "before":
        client.post(url, ANA)
    client.post(f"{url}questions/", all_no())
    after_reading(monkeypatch, lambda: record_time_off(scene))
    token = url.split("/")[3]
    assert client.post(url, ANA).status_code == 410
    next_url = choose(client, scene, on(24, 14), after=token)["Location"]
    page = client.get(next_url).content.decode()

    assert 'value="Ana Reader"' in page
    assert client.post(next_url, ANA)["Location"].startswith("/appointments/")
    assert Appointment.objects.get(status=Status.BOOKED).starts_at == on(24, 14)


def test_answers_sent_while_staff_record_time_off_go_to_the_next_time(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = hold_url(client, scene, on(24, 10))
    after_reading(monkeypatch, lambda: record_time_off(scene))
    token = url.split("/")[3]
    assert client.post(f"{url}questions/", all_no()).status_code == 410
    next_url = choose(client, scene, on(24, 14), after=token)["Location"]

    assert client.get(next_url).status_code == 200
    assert client.post(next_url, ANA)["Location"].startswith("/appointments/")


def test_a_time_that_was_withdrawn_does_not_say_that_somebody_was_faster(
    client: Client, scene: Scene, url: str
) -> None:
    record_time_off(scene)
    page = text_of(assert_valid(client.get(url).content.decode()))

    assert "we cannot offer that time any more" in page
    assert "faster" not in page


def test_a_hold_that_its_visitor_released_keeps_nothing(
    client: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_reading(monkeypatch, lambda: release(url))
    client.post(url, ANA)

    hold = Appointment.objects.get()
    assert (hold.draft, hold.screenings.count()) == ("", 0)
