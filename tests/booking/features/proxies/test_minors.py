"""Booking for a child: the record says the age, a guardian agrees, and the booking goes through."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.actions.health.enter_answers import enter_arrival_answers
from booking.features.proxies.actions.grants import GrantTerms, end_grant, make_grant
from booking.features.proxies.actions.minors import add_demo_families
from booking.features.proxies.actions.people import add_child
from booking.features.proxies.actions.reviews import save_ages
from booking.features.proxies.models import (
    Basis,
    DateOfBirth,
    GuardianConsent,
    Proxy,
    ProxySettings,
)
from booking.features.proxies.queries import find_known_age
from booking.lifecycle import Status
from booking.models import Appointment, AuditEntry, CallbackRequest, ClinicProfile, Patient, Role
from booking.queries.health.status import health_status_of
from booking.screening.outcomes import Outcome
from booking.screening.rules import UNDER_AGE, AnswerSet
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import Person, person, staff_actor
from tests.booking.health.answers import all_no
from tests.html import parse, text_of
from tests.people import browser_of, member
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
TWELVE, EIGHT, TWENTY = date(2014, 5, 1), date(2018, 5, 1), date(2006, 5, 1)
OPEN_FROM_11 = {"first_age": 11, "second_age": 16, "notice_days": 30, "online_age": 11}


@pytest.fixture
def scene() -> Scene:
    scene = make_weekday_clinic(therapists=2, rooms=2)
    save_ages(OPEN_FROM_11, by=staff_actor(member(Role.OWNER, app=False)))
    return scene


def acting_for(user_of: Person, patient: Patient) -> Client:
    browser = browser_of(user_of.user)
    browser.post(reverse("me-act", args=[patient.public_id]))
    return browser


def child_of(ana: Person, born: date) -> Proxy:
    return add_child("Mia Reader", born, by=ana.actor)


def hold(browser: Client, scene: Scene) -> str:
    """Hold a time; return the address of its questions."""
    choice = {
        "option": scene.option.pk,
        "therapist": scene.therapist.slug,
        "start": on(26, 10).isoformat(),
    }
    browser.post(f"/book/{scene.treatment.slug}/", choice)
    return f"/book/hold/{newest().hold_token}/questions/"


def newest() -> Appointment:
    return Appointment.objects.with_related().latest("pk")


def call_back_url() -> str:
    return reverse("hold-call-back", args=[newest().hold_token])


def check_url() -> str:
    return reverse("me-check", args=[newest().hold_token])


def test_a_parent_books_for_a_child_to_the_end_and_the_therapist_is_told(
    scene: Scene, ana: Person
) -> None:
    mia = child_of(ana, TWELVE).patient
    browser = acting_for(ana, mia)
    questions = hold(browser, scene)
    page = browser.get(questions).content.decode()
    browser.post(questions, all_no(guardian="on"))
    answer = browser.post(check_url())
    row = newest()
    consent, status = GuardianConsent.objects.get(), health_status_of(row, clock.now())

    assert 'name="age"' not in page
    assert "I am the parent or legal guardian" in page
    assert answer.status_code == 303
    assert (row.status, row.patient) == (Status.BOOKED, mia)
    assert (consent.patient, consent.given_by, consent.version) == (mia, ana.user, "2026-12")
    assert "An adult stays in the room" in consent.text
    assert status.outcome == Outcome.ADAPT
    assert "An adult stays in the room" in status.screening_result.findings[0].therapist_note
    entry = AuditEntry.objects.get(details__kind="consent of a guardian")
    assert (entry.user, entry.patient_pk) == (ana.user, mia.pk)


def test_without_the_consent_nothing_is_stored(scene: Scene, ana: Person) -> None:
    browser = acting_for(ana, child_of(ana, TWELVE).patient)
    questions = hold(browser, scene)
    answer = browser.post(questions, all_no())

    assert answer.status_code == 422
    assert "Please agree as the parent or guardian." in answer.content.decode()
    assert newest().screenings.count() == 0
    assert GuardianConsent.objects.count() == 0


def test_a_consent_is_not_asked_again_unless_the_clinics_rule_has_changed(
    scene: Scene, ana: Person
) -> None:
    mia = child_of(ana, TWELVE).patient
    day = date(2026, 11, 26)
    browser = acting_for(ana, mia)
    browser.post(hold(browser, scene), all_no(guardian="on"))
    again = find_known_age(mia, ana.user, day)
    ProxySettings.objects.update(attendance="clinic")
    changed = find_known_age(mia, ana.user, day)

    assert again is not None
    assert changed is not None
    assert (again.needs_guardian_consent, changed.needs_guardian_consent) == (False, True)
    assert "waits at the clinic" in changed.consent


def test_the_consent_of_a_parent_whose_grant_has_ended_no_longer_counts(
    scene: Scene, ana: Person
) -> None:
    grant = child_of(ana, TWELVE)
    browser = acting_for(ana, grant.patient)
    browser.post(hold(browser, scene), all_no(guardian="on"))
    end_grant(grant.public_id, by=ana.actor)
    known = find_known_age(grant.patient, ana.user, date(2026, 11, 26))

    assert known is not None
    assert (known.has_consent, known.is_closed_online) == (False, True)


@pytest.mark.parametrize("agreed", [True, False])
def test_on_arrival_the_age_blocks_only_without_a_consent(
    scene: Scene, ana: Person, desk: Actor, agreed: bool
) -> None:
    grant = child_of(ana, TWELVE)
    browser = acting_for(ana, grant.patient)
    browser.post(hold(browser, scene), all_no(guardian="on"))
    browser.post(check_url())
    if not agreed:
        end_grant(grant.public_id, by=ana.actor)
    row = newest()
    outcome = enter_arrival_answers(row, AnswerSet(), by=desk)

    assert row.status == Status.BOOKED
    assert outcome == (Outcome.ADAPT if agreed else Outcome.DOCTOR)


def test_a_child_below_the_clinics_age_is_not_asked_anything_and_the_parent_is_called(
    scene: Scene, ana: Person
) -> None:
    Patient.objects.filter(pk=ana.patient.pk).update(phone="312 555 0142")
    mia = child_of(ana, EIGHT).patient
    browser = acting_for(ana, mia)
    questions = hold(browser, scene)
    check = browser.get(check_url())
    page = browser.get(questions).content.decode()
    answered = browser.post(questions, all_no(guardian="on"))
    before = newest().screenings.count()
    form = {"name": "Ana Reader", "phone": "312 555 0142", "email": ana.user.email}
    asked = browser.post(call_back_url(), form)
    later = browser.get(questions).content.decode()
    seen = browser_of(member(Role.FRONTDESK)).get("/desk/call-backs/").content.decode()

    assert check["Location"] == questions
    assert "aged 11 or older" in text_of(parse(page))
    assert 'name="q1"' not in page
    assert 'value="Ana Reader"' in page
    assert 'value="312 555 0142"' in page
    assert f'value="{ana.user.email}"' in page
    assert (answered.status_code, before) == (200, 0)
    assert asked.status_code == 303
    assert newest().status == Status.EXPIRED
    assert CallbackRequest.objects.count() == 1
    assert "We will call you back." in later
    assert "Change the answers" not in later
    assert "Mia Reader (ask for Ana Reader)" in text_of(parse(seen))
    assert "312 555 0142" in seen


def test_what_is_missing_in_the_form_for_a_call_is_said_beside_it(
    scene: Scene, ana: Person
) -> None:
    browser = acting_for(ana, child_of(ana, EIGHT).patient)
    hold(browser, scene)
    answer = browser.post(call_back_url(), {"name": "", "phone": ""})

    assert answer.status_code == 422
    assert "Let us talk first" in answer.content.decode()
    assert CallbackRequest.objects.count() == 0


def test_by_default_nobody_under_18_is_booked_online(scene: Scene, ana: Person) -> None:
    ProxySettings.objects.all().delete()
    browser = acting_for(ana, child_of(ana, TWELVE).patient)
    page = browser.get(hold(browser, scene)).content.decode()

    assert "We book visits of people under 18 by phone" in text_of(parse(page))


def test_minors_alone_and_friends_who_act_for_them_are_asked_to_call(
    scene: Scene, ana: Person, ben: Person
) -> None:
    DateOfBirth.objects.create(patient=ben.patient, born_on=TWELVE, entered_by=ana.user)
    terms = GrantTerms.of({Permission.BOOK, Permission.SEE_TIMES})
    make_grant(ana.user, ben.patient, terms, basis=Basis.CONSENT, by=ben.actor)
    alone = browser_of(ben.user)
    page = text_of(parse(alone.get(hold(alone, scene)).content.decode()))
    friend = acting_for(ana, ben.patient)
    theirs = text_of(parse(friend.get(hold(friend, scene)).content.decode()))

    assert "By your date of birth you are under 18" in page
    assert "Let us talk first" in theirs


def test_a_known_adult_is_not_asked_for_the_age(scene: Scene, ben: Person) -> None:
    DateOfBirth.objects.create(patient=ben.patient, born_on=TWENTY, entered_by=ben.user)
    browser = browser_of(ben.user)
    questions = hold(browser, scene)
    page = browser.get(questions).content.decode()
    browser.post(questions, all_no(age="under-18"))
    result = health_status_of(newest(), clock.now()).screening_result

    assert 'name="age"' not in page
    assert UNDER_AGE not in {finding.key for finding in result.findings}


def test_whose_eighteenth_birthday_comes_before_the_visit_is_an_adult(
    scene: Scene, ana: Person
) -> None:
    mia = child_of(ana, TWELVE).patient
    DateOfBirth.objects.create(patient=mia, born_on=date(2008, 11, 26), entered_by=ana.user)
    before, on_the_day = (
        find_known_age(mia, ana.user, day) for day in (date(2026, 11, 25), date(2026, 11, 26))
    )

    assert before is not None
    assert on_the_day is not None
    assert (before.is_minor, on_the_day.is_minor) == (True, False)


def test_a_guest_who_ticks_under_18_reads_how_a_parent_can_book(scene: Scene) -> None:
    browser = Client()
    questions = hold(browser, scene)
    browser.post(questions, all_no(none="", age="under-18"))
    page = browser.get(questions).content.decode()
    ProxySettings.objects.update(online_age=18)
    closed = browser.get(questions).content.decode()

    assert "For a child aged 11 or older you can book online" in text_of(parse(page))
    assert "Are you the parent" not in closed


def test_the_owner_chooses_the_age_and_where_an_adult_is(scene: Scene) -> None:
    browser = browser_of(member(Role.OWNER))
    values = {**OPEN_FROM_11, "online_age": 14, "attendance": "clinic"}
    answer = browser.post("/desk/family/ages/", values)
    too_old = browser.post("/desk/family/ages/", values | {"online_age": 19})
    row = ProxySettings.current()

    assert (answer.status_code, too_old.status_code) == (303, 422)
    assert (row.online_age, row.attendance) == (14, "clinic")


def test_the_demo_shows_it_and_keeps_what_was_chosen(scene: Scene) -> None:
    add_demo_families()
    assert ProxySettings.objects.count() == 1
    ProxySettings.objects.all().delete()
    add_demo_families()
    assert ProxySettings.current().online_age == 11
    assert ClinicProfile.objects.count() == 1


def test_a_patient_over_18_is_not_treated_as_a_minor(scene: Scene) -> None:
    carol = person("Carol")
    DateOfBirth.objects.create(patient=carol.patient, born_on=TWENTY, entered_by=carol.user)
    known = find_known_age(carol.patient, None, date(2026, 11, 26))

    assert known is not None
    assert not known.is_closed_online
