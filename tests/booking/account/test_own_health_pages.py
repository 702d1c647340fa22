"""The health answers in the account: one tap to renew them, and all questions again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from booking.models import Patient
from booking.queries.health.own_answers import latest_screening_id
from booking.screening.outcomes import Outcome
from booking.screening.questionnaires import newest_questionnaire
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.account.shown_pages import page
from tests.booking.health.answers import all_no, answer_set

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


def test_who_cannot_be_treated_is_told_what_to_do(patient: Patient, browser: Client) -> None:
    make.AppointmentFactory(patient=patient)
    question, option = next(
        (question, option)
        for question, option in newest_questionnaire().answers()
        if option.outcome == Outcome.STOP and not option.crisis
    )
    data = all_no(seen="", none="") | {question.id: [option.code], f"{question.id}-more": []}
    browser.post("/me/health/questions/", data)

    assert "No massage for now" in page(browser, "/me/health/")


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
