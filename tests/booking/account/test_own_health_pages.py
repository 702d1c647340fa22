"""The health answers in the account: one tap to renew them, and all questions again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from booking.actions.actor import Actor
from booking.actions.health.callback_requests import complete_callback
from booking.models import CallbackRequest, Notification, Patient, Role
from booking.queries.health.own_answers import latest_screening_id
from booking.screening.outcomes import CareAdvice
from booking.screening.questionnaires import newest_questionnaire
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.account.shown_pages import page
from tests.booking.health.answers import all_no, answer_set
from tests.html import assert_valid, words_in
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def test_one_tap_renews_the_answers(patient: Patient, browser: Client) -> None:
    when = clock.now() - timedelta(days=100)
    visit = make.AppointmentFactory(patient=patient)
    make.ScreeningFactory(appointment=visit, answer_set=answer_set("q22/latex"), answered_at=when)
    shown = page(browser, "/me/health/")
    version = newest_questionnaire().digest
    data = {"version": version, "seen": str(latest_screening_id(patient)), "none": "on"}

    assert "Nothing has changed since 15 Aug 2026" in shown
    assert browser.post("/me/health/", data).status_code == 303
    assert "Nothing has changed since" not in page(browser, "/me/health/")
    assert b"js/health-questions" not in browser.get("/me/health/").content, "it needs a form"
    assert browser.post("/me/health/", data).status_code == 409


def test_what_is_not_no_comes_first_with_what_was_asked_and_each_no_is_closed(
    patient: Patient, browser: Client
) -> None:
    visit, given = make.AppointmentFactory(patient=patient), answer_set("q9/not-sure", q9="bruises")
    when = clock.now() - timedelta(days=100)
    make.ScreeningFactory(appointment=visit, answer_set=given, answered_at=when)
    shown = assert_valid(browser.get("/me/health/").content.decode())
    (known,) = [part for part in shown.iter("section") if part.get("aria-labelledby") == "counts-h"]
    (answers,) = [part for part in known.iter("ul") if "given-answers" in part.get("class", "")]
    groups = [words_in(group) for group in known.iter("summary")]

    assert [words_in(answer) for answer in answers] == [
        "Blood thinners, aspirin or clopidogrel, or bruising or bleeding easily I am not sure "
        "“bruises”"
    ]
    assert groups == ["Blood, heart and legs Otherwise no", "Your body No", "Skin and medicines No"]
    assert [group.get("open") for group in shown.iter("details")] == [None] * len(
        list(shown.iter("details"))
    )
    assert "Kidney disease, dialysis" in words_in(known)


def test_all_answers_can_be_given_again_and_start_from_the_last_ones(
    patient: Patient, browser: Client
) -> None:
    visit = make.AppointmentFactory(patient=patient)
    make.ScreeningFactory(appointment=visit, answer_set=answer_set("q22/latex"))
    shown = browser.get("/me/health/questions/")
    seen = str(latest_screening_id(patient))
    saved = browser.post("/me/health/questions/", all_no(seen=seen, avoid="left knee"))

    assert shown.context["form"].initial["q22-more"] == ["latex"]
    assert saved.status_code == 303
    assert "left knee" in page(browser, "/me/health/")


def test_the_second_of_two_devices_sees_what_the_first_answered(
    patient: Patient, browser: Client
) -> None:
    make.AppointmentFactory(patient=patient)
    first = browser.post("/me/health/questions/", all_no(seen=""))
    second = browser.post("/me/health/questions/", all_no(seen=""))

    assert (first.status_code, second.status_code) == (303, 409)
    assert "answered somewhere else" in second.content.decode()


BLOOD_THINNER = all_no(seen="", none="", q9="on", **{"q9-more": "thinner"})
"""Answers for which a doctor has to be asked."""


def emergency_answers() -> dict[str, Any]:
    question, option = next(
        (question, option)
        for question, option in newest_questionnaire().answers()
        if option.care == CareAdvice.EMERGENCY and not option.crisis
    )
    return all_no(seen="", none="") | {question.id: [option.code], f"{question.id}-more": []}


def test_who_needs_help_at_once_is_told_whom_to_call(patient: Patient, browser: Client) -> None:
    make.AppointmentFactory(patient=patient)
    assert browser.post("/me/health/questions/", emergency_answers()).status_code == 303
    shown = browser.get("/me/health/").content.decode()

    assert "Call 911 now. This can be an emergency" in shown
    assert 'href="tel:911"' in shown
    assert "Call me back" not in shown


def test_who_must_ask_a_doctor_first_can_ask_to_be_called(
    patient: Patient, browser: Client
) -> None:
    visit = make.AppointmentFactory(patient=patient)
    assert browser.post("/me/health/questions/", BLOOD_THINNER).status_code == 303
    before = page(browser, "/me/health/")
    for _ in range(2):
        assert browser.post("/me/health/call-back/").status_code == 303
    after, desk = page(browser, "/me/health/"), browser_of(member(Role.FRONTDESK))
    (call,) = CallbackRequest.objects.all()

    assert f"We call {patient.phone} during opening hours." in before
    assert "We will call you back." in after
    assert "Call me back" not in after
    assert call.screening.appointment == visit
    assert patient.phone in page(desk, "/desk/call-backs/")


def test_after_the_call_they_can_ask_for_another(patient: Patient, browser: Client) -> None:
    make.AppointmentFactory(patient=patient)
    assert browser.post("/me/health/questions/", BLOOD_THINNER).status_code == 303
    browser.post("/me/health/call-back/")
    complete_callback(CallbackRequest.objects.get(), by=Actor.system())
    assert "Call me back" in page(browser, "/me/health/")
    browser.post("/me/health/call-back/")

    assert CallbackRequest.objects.get().done_at is None


def test_nobody_is_called_whose_answers_allow_a_massage(patient: Patient, browser: Client) -> None:
    make.AppointmentFactory(patient=patient)
    browser.post("/me/health/questions/", all_no(seen=""))
    browser.post("/me/health/call-back/")

    assert not CallbackRequest.objects.exists()


def test_despair_in_an_answer_is_answered_and_the_clinic_asked_to_read_it(
    patient: Patient, browser: Client
) -> None:
    make.AppointmentFactory(patient=patient)
    data = all_no(seen="", **{"q26-text": "I feel I cannot go on any more."})
    saved = browser.post("/me/health/questions/", data)

    assert saved["Location"] == "/me/health/"
    assert 'href="tel:988"' in browser.get("/me/health/").content.decode()
    assert Notification.objects.filter(kind="read_first").count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"seen": "nonsense", "none": "on", "version": newest_questionnaire().digest},
        {"none": "on", "version": "older"},
        {"none": "on", "version": newest_questionnaire().digest, "q1": ["unknown"]},
        {},
    ],
)
def test_a_form_that_is_not_ours_is_refused_without_an_error(
    data: dict[str, Any], patient: Patient, browser: Client
) -> None:
    make.AppointmentFactory(patient=patient)

    assert browser.post("/me/health/", data).status_code in (409, 422)
    assert browser.post("/me/health/questions/", data).status_code in (409, 422)
    assert not patient.screenings.exists()
