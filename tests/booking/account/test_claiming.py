"""A patient adds earlier bookings as a guest: by hand, and only under a proven address."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from booking.access.allauth_internals import login
from booking.actions.actor import Actor, ActorType
from booking.actions.patients.claim_bookings import claim_bookings
from booking.errors import ClaimNotPossible, NotAllowed
from booking.models import (
    Appointment,
    AuditEntry,
    EmailChange,
    Notification,
    Patient,
    PatientMerge,
    User,
)
from booking.queries.patients.email_changes import change_code
from booking.queries.patients.mailed_codes import notification_code
from tests import factories as make
from tests.booking.account.conftest import SignedIn
from tests.html import assert_valid, parse, text_of
from tests.people import browser_of
from tests.scene import Scene, on

pytestmark = pytest.mark.postgresql
ANA = "ana@reader.example"


def by_code(user: User | None, email: str = "") -> Client:
    """A browser in which a code was entered that was mailed to the address."""
    assert user is not None
    browser = browser_of(user, proven=False)
    request, session = HttpRequest(), browser.session
    request.session = session
    login.record_authentication(request, user, "code", email=email or user.email)
    session.save()
    return browser


def guest_booking(scene: Scene, day: int, *, email: str = ANA, name: str = "Ana R.") -> Patient:
    patient = make.PatientFactory.create(name=name, email=email)
    make.AppointmentFactory.create(
        option=scene.option,
        therapist=scene.therapist,
        room=scene.rooms[0],
        patient=patient,
        starts_at=on(day, 10),
    )
    return patient


def text(browser: Client, address: str = "/me/claim/") -> str:
    page = browser.get(address).content.decode()
    assert_valid(page)
    return text_of(parse(page))


def test_bookings_under_the_proven_address_are_listed_and_none_is_ticked(
    scene: Scene, ana: SignedIn
) -> None:
    guest_booking(scene, 24, email="Ana@Reader.example")
    guest_booking(scene, 25, name="Ben, her brother")
    guest_booking(scene, 26, email="other@reader.example", name="Other")
    browser = by_code(ana.patient.user)
    page = browser.get("/me/claim/").content.decode()

    assert "booked for Ana R." in page
    assert "booked for Ben, her brother" in page
    assert "booked for Other" not in page
    assert "checked" not in page
    assert "made without an account" in text(browser, "/me/")
    assert Patient.objects.filter(merged_into=None).count() == 4  # nothing happens by itself


def test_what_is_ticked_is_joined_and_can_be_taken_back_for_a_day(
    scene: Scene, ana: SignedIn, settings: Settings
) -> None:
    mine, bens = guest_booking(scene, 24), guest_booking(scene, 25, name="Ben")
    browser = by_code(ana.patient.user)
    done = browser.post("/me/claim/", {"records": [str(mine.public_id)]})
    merge = PatientMerge.objects.get()

    assert done["Location"] == "/me/claim/"
    assert "Tuesday 24 November 2026" in text(browser, "/me/")
    assert "Wednesday 25" not in text(browser, "/me/")
    assert (merge.by, merge.remaining, merge.duplicate) == (ana.patient.user, ana.patient, mine)
    ana.patient.refresh_from_db()
    assert ana.patient.name == "Ana Reader"
    entries = AuditEntry.objects.filter(action="merged")
    assert set(entries.values_list("actor_type", "user")) == {("patient", ana.patient.user_id)}
    assert browser.post(f"/me/claim/{merge.pk}/undo/")["Location"] == "/me/claim/"
    mine.refresh_from_db()
    assert (mine.merged_into, bens.merged_into) == (None, None)
    browser.post("/me/claim/", {"records": [str(mine.public_id)]})
    settings.CLINIC_CLOCK += timedelta(days=1, minutes=1)
    last = PatientMerge.objects.latest("pk")
    browser.post(f"/me/claim/{last.pk}/undo/")
    mine.refresh_from_db()
    assert mine.merged_into == ana.patient


def test_each_line_that_takes_something_back_says_what_it_is(scene: Scene, ana: SignedIn) -> None:
    records = [guest_booking(scene, day) for day in (24, 25)]
    browser = by_code(ana.patient.user)
    browser.post("/me/claim/", {"records": [str(record.public_id) for record in records]})
    shown, treatment = text(browser), scene.treatment.name

    assert f"{treatment} on 24 Nov 2026 at 10:00 am, booked for Ana R." in shown
    assert f"{treatment} on 25 Nov 2026 at 10:00 am, booked for Ana R." in shown


def test_a_passkey_or_another_address_opens_no_bookings(scene: Scene, ana: SignedIn) -> None:
    mine = guest_booking(scene, 24)
    for browser in (ana.browser, by_code(ana.patient.user, "else@reader.example")):
        assert "booked for" not in text(browser)
        refused = browser.post("/me/claim/", {"records": [str(mine.public_id)]})
        assert refused.status_code == 422
    assert not PatientMerge.objects.exists()


def test_somebody_elses_booking_is_refused_like_one_that_is_not_there(
    scene: Scene, ana: SignedIn
) -> None:
    with_account = guest_booking(scene, 24)
    Patient.objects.filter(pk=with_account.pk).update(user=make.UserFactory.create())
    other = guest_booking(scene, 25, email="other@reader.example")
    browser = by_code(ana.patient.user)
    answers = [
        browser.post("/me/claim/", {"records": [str(key)]})
        for key in (with_account.public_id, other.public_id, uuid4(), "nonsense")
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert len({len(answer.content) for answer in answers}) <= 2
    assert not PatientMerge.objects.exists()


def test_the_action_itself_refuses_what_no_page_offers(scene: Scene, ana: SignedIn) -> None:
    mine = guest_booking(scene, 24)
    other = guest_booking(scene, 25, email="other@reader.example")
    by = Actor(ActorType.PATIENT, ana.patient.user)
    with pytest.raises(ClaimNotPossible):
        claim_bookings(ana.patient, [mine.public_id, other.public_id], proven_email=ANA, by=by)
    with pytest.raises(ClaimNotPossible):
        claim_bookings(ana.patient, [mine.public_id], proven_email="", by=by)
    stranger = Actor(ActorType.PATIENT, make.UserFactory.create())
    with pytest.raises(NotAllowed):
        claim_bookings(ana.patient, [mine.public_id], proven_email=ANA, by=stranger)

    assert not PatientMerge.objects.exists()
    assert Appointment.objects.filter(patient=ana.patient).count() == 0


def test_nobody_takes_back_what_somebody_else_has_joined(scene: Scene, ana: SignedIn) -> None:
    mine = guest_booking(scene, 24)
    by_code(ana.patient.user).post("/me/claim/", {"records": [str(mine.public_id)]})
    merge = PatientMerge.objects.get()
    stranger = make.PatientFactory.create(user=make.UserFactory.create())
    answer = by_code(stranger.user).post(f"/me/claim/{merge.pk}/undo/")

    assert answer.status_code == 404
    mine.refresh_from_db()
    assert mine.merged_into == ana.patient


def test_who_starts_an_account_finds_name_and_phone_of_the_last_booking(scene: Scene) -> None:
    guest_booking(scene, 24, name="Ana R.")
    user = make.UserFactory.create(email=ANA, name="")
    browser = by_code(user)
    page = browser.get("/me/start/").content.decode()
    done = browser.post("/me/start/", {"name": "Ana R.", "phone": "312-555-0142"})

    assert 'value="Ana R."' in page
    assert 'value="312-555-0199"' in page
    assert done["Location"] == "/me/claim/"
    assert not PatientMerge.objects.exists()


def test_showing_again_who_one_is_keeps_the_bookings_listed(scene: Scene, ana: SignedIn) -> None:
    guest_booking(scene, 24)
    browser = by_code(ana.patient.user)
    browser.post("/me/identity/", {"send": "1"})
    mail = Notification.objects.get(kind="identity_code")
    browser.post("/me/identity/", {"code": notification_code(mail)})

    assert "booked for" in text(browser)


def test_an_address_that_was_given_up_opens_no_bookings_and_the_new_one_does(
    scene: Scene, ana: SignedIn
) -> None:
    guest_booking(scene, 24, name="Somebody Else")
    guest_booking(scene, 25, email="new@reader.example", name="Ana New")
    browser, user = by_code(ana.patient.user), ana.patient.user
    browser.post("/me/details/email/", {"email": "new@reader.example"})
    change = EmailChange.objects.get(user=user)
    browser.post("/me/details/email/code/", {"code": change_code(change)})
    page = text(browser)

    assert "booked for Somebody Else" not in page
    assert "booked for Ana New" in page
