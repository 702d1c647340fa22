"""The desk's pages about grants: who acts for a patient, reviews and requests, ages of review."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from booking.access.proxies import Permission
from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient
from booking.features.proxies.actions.people import add_child, ask_clinic
from booking.features.proxies.models import Proxy, ProxyReview, ProxySettings
from booking.features.proxies.queries import find_permissions, live_grants
from booking.models import Role
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import ALL, BOOK_AND_TIMES, Person, person
from tests.factories import AppointmentFactory
from tests.html import assert_valid
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def front(ana: Person) -> Client:
    """The browser of a member of the front desk."""
    return browser_of(member(Role.FRONTDESK))


def text(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert_valid(page)
    return " ".join(page.split())


def review_of(grant: Proxy) -> ProxyReview:
    return ProxyReview.objects.create(
        proxy=grant, reason="first_age", due_on=date(2026, 11, 20), raised_at=clock.now()
    )


def test_a_record_shows_who_acts_for_the_patient_and_for_whom_they_act(
    front: Client, ana: Person
) -> None:
    child = add_child("Mia", date(2020, 5, 1), by=ana.actor).patient
    page = text(front, "desk-patient", child.public_id)
    assert "Ana Reader" in page
    assert "The patient is 6 years old." in page

    assert "Mia" in text(front, "desk-patient", ana.patient.public_id)


def test_an_appointment_of_a_child_says_whom_to_call(front: Client, ana: Person) -> None:
    child = add_child("Mia", date(2020, 5, 1), by=ana.actor).patient
    appointment = AppointmentFactory(patient=child)

    assert ana.patient.phone in text(front, "desk-appointment", appointment.public_id)


def test_today_says_that_something_waits_until_it_is_done(front: Client, ana: Person) -> None:
    assert "things to look at" not in text(front, "desk")
    review = review_of(add_child("Mia", date(2020, 5, 1), by=ana.actor))
    ask_clinic("Otto", BOOK_AND_TIMES, by=ana.actor)
    assert "Family and carers: 2 things to look at" in text(front, "desk")
    assert "Mia, 6" in text(front, "desk-proxies")
    text(front, "desk-proxy-review", review.pk)
    front.post(reverse("desk-proxy-review", args=[review.pk]), {"keep": "1"})

    assert "Family and carers: one thing to look at" in text(front, "desk")


def test_a_review_changes_or_ends_a_grant(front: Client, ana: Person) -> None:
    child = add_child("Mia", date(2020, 5, 1), by=ana.actor)
    review = review_of(child)
    front.post(reverse("desk-proxy-review", args=[review.pk]), {"permissions": ["book"]})
    assert find_permissions(ana.user, child.patient) == {Permission.BOOK}
    second = review_of(live_grants().get())
    front.post(reverse("desk-proxy-review", args=[second.pk]), {"end": "1"})

    assert find_permissions(ana.user, child.patient) == frozenset()
    assert front.get(reverse("desk-proxy-review", args=[second.pk])).status_code == 404


def test_staff_confirm_what_a_court_decided(front: Client, ana: Person) -> None:
    request = ask_clinic("Otto", frozenset({Permission.BOOK}), by=ana.actor)
    text(front, "desk-proxies")
    text(front, "desk-proxy-request", request.public_id)
    answer = front.post(
        reverse("desk-proxy-request", args=[request.public_id]), {"permissions": ["book"]}
    )

    grant = Proxy.objects.get()
    assert answer["Location"] == reverse("desk-patient", args=[grant.patient.public_id])
    assert (grant.patient.name, grant.basis) == ("Otto", "court")


def test_staff_record_change_and_end_a_grant(front: Client, ana: Person) -> None:
    ben = person("Ben")
    address = reverse("desk-proxy-add", args=[ben.patient.public_id])
    text(front, "desk-proxy-add", ben.patient.public_id)
    values = {"email": "nobody@mail.example", "basis": "consent", "permissions": ["times"]}
    assert "Nobody has signed in" in front.post(address, values).content.decode()
    front.post(address, values | {"email": ana.user.email})
    grant = Proxy.objects.get()
    assert grant.permissions == {Permission.SEE_TIMES}
    text(front, "desk-proxy", grant.public_id)
    front.post(reverse("desk-proxy", args=[grant.public_id]), {"permissions": ["pay"]})
    changed = live_grants().get()
    assert changed.permissions == {Permission.SEE_RECEIPTS}
    front.post(reverse("desk-proxy", args=[changed.public_id]), {"end": "1"})

    assert not live_grants().exists()


def test_the_owner_sets_the_ages(ana: Person) -> None:
    owner = browser_of(member(Role.OWNER))
    text(owner, "desk-proxy-ages")
    address = reverse("desk-proxy-ages")
    values = {"notice_days": 0, "online_age": 18, "attendance": "room"}
    wrong = owner.post(address, values | {"first_age": 16, "second_age": 11})
    assert wrong.status_code == 422
    owner.post(address, values | {"first_age": 12, "second_age": 18})

    ages = ProxySettings.current()
    assert (ages.first_age, ages.second_age, ages.notice_days) == (12, 18, 0)


def test_the_desk_still_acts_for_nobody_when_its_people_are_carers_too(
    ana: Person, front: Client
) -> None:
    """A member of staff who acts for somebody in the account is staff at the desk."""
    grant_by_patient(member(Role.FRONTDESK), ana.patient, GrantTerms(ALL), by=ana.actor)

    assert "You act for" not in text(front, "desk")
