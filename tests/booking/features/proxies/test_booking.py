"""A proxy books, reads and changes in the account within the grant."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from booking.access.proxies import Permission
from booking.features.proxies.actions.grants import GrantTerms, end_grant, grant_by_patient
from booking.features.proxies.models import Proxy
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import ALL, TERMS, Person, person
from tests.booking.health.answers import all_no, answer_set
from tests.factories import AppointmentFactory, ScreeningFactory
from tests.html import parse, text_of
from tests.people import browser_of
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
NOTE = "my left knee"


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic(therapists=2, rooms=2)


@pytest.fixture
def ben(scene: Scene) -> Person:
    """A patient whose latest answers can be renewed."""
    ben = person("Ben")
    when = clock.now() - timedelta(days=30)
    visit = AppointmentFactory(patient=ben.patient, status="completed", starts_at=when)
    ScreeningFactory(
        appointment=visit,
        answer_set=answer_set("q9/aspirin"),
        answered_at=when,
        long_answered_at=when,
    )
    return ben


def acting(ana: Person, ben: Person, *permissions: Permission) -> tuple[Client, Proxy]:
    """Ana's browser, acting for Ben with these permissions, and the grant."""
    terms = GrantTerms.of(permissions) if permissions else TERMS
    grant = grant_by_patient(ana.user, ben.patient, terms, by=ben.actor)
    browser = browser_of(ana.user)
    browser.post(reverse("me-act", args=[ben.patient.public_id]))
    return browser, grant


def hold(browser: Client, scene: Scene) -> str:
    """Hold a time; return where that leads."""
    choice = {
        "option": scene.option.pk,
        "therapist": scene.therapist.slug,
        "start": on(26, 10).isoformat(),
    }
    return str(browser.post(f"/book/{scene.treatment.slug}/", choice)["Location"])


def newest() -> Appointment:
    return Appointment.objects.with_related().latest("pk")


def book(browser: Client, scene: Scene) -> Appointment:
    """Hold a time, answer "no" to all questions, and book."""
    check = hold(browser, scene)
    browser.post(check, all_no())  # books, for those who see health answers
    if newest().status == Status.BOOKED:
        return newest()
    browser.post(browser.get(check)["Location"], all_no())
    assert browser.post(check).status_code == 303
    return newest()


def test_what_a_proxy_books_is_the_patients_and_both_are_recorded(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, _grant = acting(ana, ben)
    row = book(browser, scene)

    assert (row.status, row.patient) == (Status.BOOKED, ben.patient)
    events = AppointmentEvent.objects.filter(appointment=row)
    assert {(event.kind, event.user, event.details.get("for_patient")) for event in events} == {
        (kind, ana.user, str(ben.patient.public_id)) for kind in ("held", "booked")
    }


def test_each_step_of_a_hold_says_for_whom_it_is_without_a_script(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, _grant = acting(ana, ben)
    check = hold(browser, scene)
    questions = browser.get(check)["Location"]
    held = browser.get(questions)

    assert "You act for" in text_of(parse(held.content.decode()))
    assert "no-store" in held["Cache-Control"]


def test_a_proxy_without_that_permission_books_nothing(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, _grant = acting(ana, ben, Permission.SEE_TIMES)
    choice = {"option": scene.option.pk, "therapist": "", "start": on(26, 10).isoformat()}
    answer = browser.post(f"/book/{scene.treatment.slug}/", choice)

    assert answer.status_code in (403, 409)
    assert not Appointment.objects.filter(status__in=["hold", "booked"]).exists()


def test_a_proxy_who_may_not_see_health_is_asked_everything_and_sees_nothing_ticked(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, _grant = acting(ana, ben)
    check = hold(browser, scene)
    questions = browser.get(check)["Location"]
    page = browser.get(questions).content.decode()

    assert "/questions/" in questions
    assert 'name="q9"' in page
    assert not re.search(r"<input[^>]* checked", page)


def test_answers_that_a_proxy_may_not_see_are_not_renewed_by_a_forged_form(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, _grant = acting(ana, ben)
    check = hold(browser, scene)
    answer = browser.post(check, all_no())

    assert "/questions/" in answer["Location"]
    assert newest().screenings.count() == 0


def test_a_grant_that_ends_between_time_and_booking_books_for_nobody(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, grant = acting(ana, ben)
    check = hold(browser, scene)
    browser.post(browser.get(check)["Location"], all_no())
    end_grant(grant.public_id, by=ben.actor)
    browser.post(check)

    assert newest().status == Status.HOLD


def test_a_grant_that_has_ended_before_the_time_is_chosen_holds_nothing_for_oneself(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, grant = acting(ana, ben)
    end_grant(grant.public_id, by=ben.actor)
    hold(browser, scene)

    assert (
        not Appointment.objects.filter(patient__in=[ana.patient.pk, ben.patient.pk])
        .filter(status="hold")
        .exists()
    )


def test_nothing_that_a_proxy_gets_opens_the_appointment_after_the_grant_has_ended(
    scene: Scene, ana: Person, ben: Person
) -> None:
    browser, grant = acting(ana, ben, *ALL)
    row = book(browser, scene)
    steps = [f"/book/hold/{row.hold_token}/", f"/me/book/{row.hold_token}/"]
    pages = [*steps, f"/me/appointments/{row.public_id}/", "/me/"]
    pages.append(f"/me/appointments/{row.public_id}/appointment.ics")
    for address in pages:
        answer = browser.get(address)
        text = answer.content.decode() + str(answer.headers)
        assert row.link_token not in text.replace("\r\n ", ""), address
    end_grant(grant.public_id, by=ben.actor)
    browser.get("/me/")

    assert [browser.get(address).status_code == 200 for address in pages] == [
        False, False, False, True, False,
    ]  # fmt: skip


def test_who_only_sees_times_gets_no_buttons_and_no_note(
    scene: Scene, ana: Person, ben: Person
) -> None:
    row = AppointmentFactory(patient=ben.patient, starts_at=on(27, 10), patient_note=NOTE)
    browser, _grant = acting(ana, ben, Permission.SEE_TIMES)
    page = browser.get(f"/me/appointments/{row.public_id}/").content.decode()
    text = text_of(parse(page))

    assert row.therapist.name in text
    assert NOTE not in text
    assert "Move to another time" not in text
    assert "Cancel it" not in text
