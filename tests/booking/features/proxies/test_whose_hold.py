"""A hold and its answers stay with the patient for whom the time was taken."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient
from booking.lifecycle import Status
from booking.models import Appointment
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import ALL, TERMS, Person, person
from tests.booking.health.answers import all_no, answer_set
from tests.factories import AppointmentFactory, ScreeningFactory
from tests.people import browser_of
from tests.scene import Scene, make_weekday_clinic, on

TICKED = re.compile(r"<input[^>]* checked")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic(therapists=2, rooms=2)


@pytest.fixture
def ana(scene: Scene) -> Person:
    """A patient who answered all questions a month ago, and may act for Ben."""
    ana = person("Ana")
    when = clock.now() - timedelta(days=30)
    visit = AppointmentFactory(patient=ana.patient, status="completed", starts_at=when)
    ScreeningFactory(
        appointment=visit, answer_set=answer_set(), answered_at=when, long_answered_at=when
    )
    return ana


@pytest.fixture
def browser(ana: Person, ben: Person) -> Client:
    """Ana's browser; Ben has granted her everything."""
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    return browser_of(ana.user)


def act_for(browser: Client, other: Person) -> None:
    browser.post(reverse("me-act", args=[other.patient.public_id]))


def hold(browser: Client, scene: Scene, hour: int = 10, **more: str) -> str:
    """Hold a time; return where that leads."""
    choice = {
        "option": scene.option.pk,
        "therapist": scene.therapist.slug,
        "start": on(26, hour).isoformat(),
    }
    answer = browser.post(f"/book/{scene.treatment.slug}/", choice | more)
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


def newest() -> Appointment:
    return Appointment.objects.with_related().latest("pk")


def answer_all(browser: Client) -> None:
    browser.post(reverse("hold-questions", args=[newest().hold_token]), all_no())
    assert newest().screenings.exists()


def test_answers_given_for_oneself_are_not_taken_for_somebody_else(
    scene: Scene, browser: Client, ben: Person
) -> None:
    hold(browser, scene)
    answer_all(browser)
    act_for(browser, ben)
    check = hold(browser, scene, 14)
    browser.post(check)

    assert newest().patient == ben.patient
    assert not newest().screenings.exists()
    assert newest().status == Status.HOLD


def test_neither_are_those_of_a_hold_that_has_ended(
    scene: Scene, browser: Client, ben: Person, settings: Settings
) -> None:
    hold(browser, scene)
    answer_all(browser)
    token = newest().hold_token
    settings.CLINIC_CLOCK += timedelta(minutes=40)
    act_for(browser, ben)
    hold(browser, scene, 14, after=token)

    assert newest().patient == ben.patient
    assert not newest().screenings.exists()


def test_the_same_time_for_somebody_else_is_a_hold_of_theirs(
    scene: Scene, browser: Client, ben: Person
) -> None:
    hold(browser, scene)
    act_for(browser, ben)
    hold(browser, scene)

    assert newest().patient == ben.patient


def test_earlier_answers_of_oneself_complete_nothing_for_somebody_else(
    scene: Scene, browser: Client, ben: Person
) -> None:
    act_for(browser, ben)
    check = hold(browser, scene)
    browser.post(reverse("me-act-stop"))
    browser.post(reverse("hold-questions", args=[newest().hold_token]), all_no())
    act_for(browser, ben)
    browser.post(check)

    assert newest().status == Status.HOLD
    assert not newest().screenings.exists()


def test_who_signs_out_leaves_no_answers_to_the_next_person_at_the_computer(
    scene: Scene, browser: Client
) -> None:
    hold(browser, scene)
    answer_all(browser)
    questions = reverse("hold-questions", args=[newest().hold_token])
    browser.post("/accounts/logout/")
    page = browser.get(questions)
    assert page.status_code != 200 or not TICKED.search(page.content.decode())
    hold(browser, scene, 14)
    assert newest().patient is None
    assert not newest().screenings.exists()


def test_a_guest_books_no_hold_of_somebody_with_an_account(
    scene: Scene, browser: Client, ana: Person
) -> None:
    hold(browser, scene)
    answer_all(browser)
    about = reverse("hold", args=[newest().hold_token])
    details = {
        "name": "Eve Else",
        "email": "eve@mail.example",
        "phone": "312-555-0199",
        "terms": "on",
    }
    Client().post(about, details)
    Client().post(about + "review/", {})

    assert newest().patient == ana.patient
    assert newest().status == Status.HOLD


def test_two_times_held_for_oneself_do_not_keep_one_from_holding_for_somebody_else(
    scene: Scene, browser: Client, ben: Person
) -> None:
    hold(browser, scene)
    hold(browser, scene, 14)
    act_for(browser, ben)
    hold(browser, scene, 12)

    assert newest().patient == ben.patient


def test_who_signs_in_after_answering_as_a_guest_goes_on_with_the_answers(
    scene: Scene, browser: Client, ana: Person
) -> None:
    guest = Client()
    hold(guest, scene)
    answer_all(guest)
    guest.force_login(ana.user)
    hold(guest, scene, 14)

    assert newest().patient == ana.patient
    assert newest().screenings.exists()


@pytest.mark.parametrize("hour", [10, 12])
def test_answers_of_the_patient_on_another_device_are_not_shown_to_who_may_not_see_them(
    hour: int, scene: Scene, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    own_device, proxy = browser_of(ben.user), browser_of(ana.user)
    hold(own_device, scene)
    answer_all(own_device)
    act_for(proxy, ben)
    hold(proxy, scene, hour)
    answer = proxy.get(reverse("hold-questions", args=[newest().hold_token]))

    assert not TICKED.search(answer.content.decode())
    assert answer.status_code == (303 if hour == 10 else 200)


def test_who_signs_out_leaves_no_held_time_among_those_to_choose(
    scene: Scene, browser: Client
) -> None:
    hold(browser, scene)
    token, times = newest().hold_token, f"/book/{scene.treatment.slug}/?day=2026-11-26"
    assert token in browser.get(times).content.decode()
    browser.post("/accounts/logout/")

    assert token not in browser.get(times).content.decode()
