"""A patient who is signed in books: Time > Check > Booked, and nothing known is asked again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import (
    MAX_OPEN_BOOKINGS_PER_ACCOUNT,
    MAX_OPEN_BOOKINGS_PER_PATIENT,
    book_appointment,
)
from booking.actions.appointments.record_event import record_event
from booking.actions.health.health_consent import withdraw_health_consent
from booking.actions.patients.merge_patients import merge_patients
from booking.errors import InvalidState
from booking.inputs import ContactDetails
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    AuditEntry,
    Patient,
    Role,
    Screening,
    User,
)
from booking.queries.health.status import decrypt_record
from booking.screening.records import SessionPreferences
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.account.conftest import SignedIn
from tests.booking.health.answers import all_no, answer_set
from tests.html import assert_valid, parse, text_of
from tests.people import browser_of, member
from tests.scene import ADA, Scene, fresh, on

pytestmark = pytest.mark.postgresql


def answered(patient: Patient, *answers: str, days_ago: int = 30, **values: Any) -> Screening:
    """Return answers to all questions for a past visit."""
    when = clock.now() - timedelta(days=days_ago)
    visit = make.AppointmentFactory(patient=patient, status="completed", starts_at=when)
    return make.ScreeningFactory(
        appointment=visit,
        answer_set=answer_set(*answers),
        answered_at=when,
        long_answered_at=when,
        **values,
    )


def hold(browser: Client, scene: Scene, day: int = 26, hour: int = 10) -> str:
    """Hold a time; return the address of the page that checks the booking."""
    choice = {
        "option": scene.option.pk,
        "therapist": scene.therapist.slug,
        "start": on(day, hour).isoformat(),
    }
    held = browser.post(f"/book/{scene.treatment.slug}/", choice)
    assert held.status_code == 303, held.content.decode()
    return str(held["Location"])


def user_of(signed_in: SignedIn) -> User:
    assert signed_in.patient.user is not None
    return signed_in.patient.user


def newest() -> Appointment:
    return Appointment.objects.with_related().latest("pk")


def test_two_requests_lead_from_a_time_to_booked(scene: Scene, ana: SignedIn) -> None:
    answered(ana.patient, "q9/aspirin")
    check = hold(ana.browser, scene)
    page = ana.browser.get(check).content.decode()
    done = ana.browser.post(check, all_no())
    row = newest()

    assert_valid(page)
    assert 'name="name"' not in page
    assert 'name="email"' not in page
    assert "Booked for Ana Reader" in text_of(parse(page))
    assert done["Location"] == f"/me/appointments/{row.public_id}/"
    assert (row.status, row.patient) == (Status.BOOKED, ana.patient)
    events = AppointmentEvent.objects.filter(appointment=row)
    assert set(events.values_list("kind", "actor_type", "user")) == {
        ("held", "patient", ana.patient.user_id),
        ("booked", "patient", ana.patient.user_id),
    }
    assert Patient.objects.filter(name="Ana Reader").count() == 1


def test_the_answers_and_wishes_of_last_time_are_renewed(scene: Scene, ana: SignedIn) -> None:
    wishes = SessionPreferences("light", "left knee", ("breaks",))
    answered(ana.patient, "q9/aspirin", days_ago=200, preferences=wishes)
    ana.browser.post(hold(ana.browser, scene), all_no())
    row = Screening.objects.get(appointment=newest())
    record = decrypt_record(row)

    assert (row.question_set, row.long_answered_at, row.patient) == (
        "short", row.answered_at, ana.patient,
    )  # fmt: skip
    assert record.answer_set.answer_keys() == {("q9", "aspirin")}
    assert record.preferences == wishes
    wrote = AuditEntry.objects.filter(action="wrote", record_id=row.public_id)
    assert set(wrote.values_list("actor_type", "user")) == {("patient", ana.patient.user_id)}


def test_a_warning_sign_today_stops_the_booking(scene: Scene, ana: SignedIn) -> None:
    answered(ana.patient)
    done = ana.browser.post(hold(ana.browser, scene), all_no(q2=["one-leg"]))
    page = ana.browser.get(done["Location"]).content.decode()

    assert "Get medical help today" in page
    assert newest().status == Status.EXPIRED


def test_whoever_has_no_answers_is_asked_everything_first(scene: Scene, ana: SignedIn) -> None:
    check = hold(ana.browser, scene)
    questions = ana.browser.get(check)["Location"]
    page = ana.browser.get(questions).content.decode()
    after = ana.browser.post(questions, all_no())
    checked = ana.browser.get(ana.browser.get(after["Location"])["Location"]).content.decode()

    assert 'name="q9"' in page
    assert 'name="q2"' not in checked
    assert ana.browser.post(check).status_code == 303
    assert newest().status == Status.BOOKED


def test_what_was_answered_before_is_ticked_when_something_changed(
    scene: Scene, ana: SignedIn
) -> None:
    """Except "None of these", and the questions about the day itself."""
    answered(ana.patient, "q9/aspirin", "q2/one-leg")
    questions = hold(ana.browser, scene).replace("/me/book/", "/book/hold/") + "questions/"
    page = parse(ana.browser.get(questions).content.decode())
    ticked = {box.get("name") for box in page.iter("input") if "checked" in box.attrib}

    assert "q9" in ticked
    assert ticked & {"q2", "none"} == set()


def test_answers_for_a_hold_count_no_more_once_the_consent_is_withdrawn(
    scene: Scene, ana: SignedIn, settings: Settings
) -> None:
    answered(ana.patient, days_ago=400)
    check = hold(ana.browser, scene)
    questions = check.replace("/me/book/", "/book/hold/") + "questions/"
    ana.browser.post(questions, all_no())
    settings.CLINIC_CLOCK = clock.now() + timedelta(seconds=10)
    withdraw_health_consent(ana.patient, by=Actor(ActorType.PATIENT, user_of(ana)))
    settings.CLINIC_CLOCK = clock.now() + timedelta(seconds=10)
    refused = ana.browser.post(check)
    status = newest().status
    ana.browser.post(questions, all_no())
    ana.browser.post(check)

    assert refused.status_code == 422
    assert 'name="q9"' in refused.content.decode()
    assert status == Status.HOLD
    assert newest().status == Status.BOOKED


@pytest.mark.parametrize("days_ago", [366, 500])
def test_answers_older_than_a_year_are_asked_again(
    scene: Scene, ana: SignedIn, days_ago: int
) -> None:
    answered(ana.patient, days_ago=days_ago)
    check = hold(ana.browser, scene)

    assert ana.browser.get(check)["Location"].endswith("/questions/")
    assert ana.browser.post(check, all_no())["Location"].endswith("/questions/")
    assert newest().status == Status.HOLD


def test_nobody_else_books_a_hold_of_the_patient(scene: Scene, ana: SignedIn) -> None:
    answered(ana.patient)
    check = hold(ana.browser, scene)
    stranger = make.PatientFactory.create(user=make.UserFactory.create())
    by = Actor(ActorType.PATIENT, stranger.user, "192.0.2.9")
    make.ScreeningFactory(appointment=newest(), patient=None, keep_until=clock.now())

    assert Client().post(check, all_no())["Location"].startswith("/accounts/login/")
    with pytest.raises(InvalidState):
        book_appointment(newest(), ADA, by=by, patient=stranger)


def test_a_second_press_books_once(scene: Scene, ana: SignedIn) -> None:
    answered(ana.patient)
    check = hold(ana.browser, scene)
    first = ana.browser.post(check, all_no())
    second = ana.browser.post(check, all_no())

    assert second.status_code == 303
    assert newest().status == Status.BOOKED
    assert ana.patient.appointments.filter(status=Status.BOOKED).count() == 1
    assert first["Location"].startswith("/me/appointments/")


def test_the_hold_follows_a_record_that_staff_merge_meanwhile(scene: Scene, ana: SignedIn) -> None:
    answered(ana.patient)
    check = hold(ana.browser, scene)
    older = make.PatientFactory.create(name="Ana Reader")
    contact = ContactDetails(ana.patient.name, ana.patient.email, ana.patient.phone)
    merge_patients(older, ana.patient, contact, by=member(Role.OWNER))
    ana.browser.post(check, all_no())

    assert (newest().status, newest().patient) == (Status.BOOKED, older)


def test_an_expired_time_is_taken_again_and_nothing_is_lost(
    scene: Scene, ana: SignedIn, settings: Settings
) -> None:
    answered(ana.patient)
    check = hold(ana.browser, scene)
    settings.CLINIC_CLOCK += timedelta(minutes=30)
    shown = ana.browser.get(check)
    again = ana.browser.post(check, all_no())

    assert shown.status_code == 410 or "run out" in shown.content.decode()
    check = ana.browser.get(again["Location"])["Location"]
    assert ana.browser.post(check, all_no())["Location"].startswith("/me/appointments/")
    assert newest().patient == ana.patient


def test_there_is_a_limit_to_what_one_patient_books(
    scene: Scene, ana: SignedIn, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    answered(ana.patient)
    check = hold(ana.browser, scene)
    for number in range(MAX_OPEN_BOOKINGS_PER_PATIENT):
        make.AppointmentFactory(patient=ana.patient, starts_at=on(1 + number, 10, month=12))
    refused = ana.browser.post(check, all_no())

    assert refused.status_code == 409
    assert "You have booked many appointments already" in refused.content.decode()
    assert fresh(Appointment.objects.get(status=Status.HOLD)).patient == ana.patient


def test_a_guest_goes_the_way_of_guests(scene: Scene) -> None:
    client = Client()
    choice = {"option": scene.option.pk, "therapist": "", "start": on(26, 10).isoformat()}
    held = client.post(f"/book/{scene.treatment.slug}/", choice)

    assert newest().patient is None
    assert "/me/" not in client.get(held["Location"], follow=True).request["PATH_INFO"]


def test_the_same_time_on_another_device_is_the_patients_own(scene: Scene, ana: SignedIn) -> None:
    answered(ana.patient)
    phone, laptop = ana.browser, browser_of(user_of(ana))
    check = hold(phone, scene)

    assert hold(laptop, scene) == check
    assert laptop.post(check, all_no())["Location"].startswith("/me/appointments/")
    again = phone.post(check, all_no())
    assert again.status_code == 303
    assert ana.patient.appointments.filter(status=Status.BOOKED).count() == 1


def test_the_limit_of_an_account_counts_what_it_booked_for_all_its_people(
    scene: Scene, ana: SignedIn, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    answered(ana.patient)
    check = hold(ana.browser, scene)
    for number in range(MAX_OPEN_BOOKINGS_PER_ACCOUNT):
        child = make.PatientFactory(name=f"Child {number}")
        row = make.AppointmentFactory(patient=child, starts_at=on(1 + number, 10, month=12))
        by = Actor(ActorType.PATIENT, ana.patient.user)
        record_event(row, AppointmentEvent.Kind.BOOKED, by=by)
    refused = ana.browser.post(check, all_no())

    assert refused.status_code == 409
    assert "You have booked many appointments already" in refused.content.decode()
