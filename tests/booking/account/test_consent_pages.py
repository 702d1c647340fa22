"""The pages on which consent is withdrawn and given again, and a restriction asked for."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from booking.models import Patient, Restriction, Role, Screening
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.account.shown_pages import page
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
HOUR = timedelta(hours=1)
WITHDRAW, GIVE = "Withdraw the consent", "Give the consent again"


@pytest.fixture
def answers(patient: Patient) -> Screening:
    visit = make.AppointmentFactory(
        patient=patient, booked_at=clock.now() - HOUR, team_note="left shoulder"
    )
    return make.ScreeningFactory(appointment=visit, answered_at=clock.now() - HOUR)


@pytest.mark.parametrize("address", ["/me/health/", "/me/reminders/"])
def test_consent_is_withdrawn_and_given_again_with_one_button_each(
    address: str, answers: Screening, browser: Client, settings: Settings
) -> None:
    before = page(browser, address)
    withdrawn = browser.post("/me/health/consent/withdraw/")
    between = page(browser, address)
    settings.CLINIC_CLOCK = clock.now() + HOUR
    given = browser.post("/me/health/consent/")
    after = page(browser, address)

    assert withdrawn.status_code == given.status_code == 303
    assert (WITHDRAW in before, GIVE in before) == (True, False)
    assert (WITHDRAW in between, GIVE in between) == (False, True)
    assert "stored and not used" in between
    assert "You may keep my answers, encrypted, for my therapist." in between
    assert (WITHDRAW in after, GIVE in after) == (True, False)


@pytest.mark.parametrize("address", ["/me/health/", "/me/reminders/"])
def test_when_answers_were_given_that_the_account_is_not_shown_is_not_said(
    address: str, answers: Screening, browser: Client
) -> None:
    told = page(browser, address)
    Screening.objects.update(actor_type="staff", user=member(Role.FRONTDESK))
    hidden = page(browser, address)

    assert "It covers the answers of" in told
    assert "It covers the answers of" not in hidden
    assert WITHDRAW in hidden


def test_withdrawals_are_listed_with_version_and_day(answers: Screening, browser: Client) -> None:
    browser.post("/me/health/consent/withdraw/")
    listed = page(browser, "/me/reminders/")

    assert "That we keep and use your health answers No, version " in listed
    assert "That we keep your health answers Yes, version " in listed


def test_after_a_withdrawal_the_desk_is_asked_to_call(
    patient: Patient, answers: Screening, browser: Client
) -> None:
    browser.post("/me/health/consent/withdraw/")
    desk = browser_of(member(Role.FRONTDESK))
    today = page(desk, "/desk/")
    record = page(desk, f"/desk/patients/{patient.public_id}/")
    appointment = page(desk, f"/desk/appointments/{answers.appointment.public_id}/")

    assert "They withdrew the consent to their health answers. Please call." in today
    assert "They withdrew the consent to their health answers on" in record
    assert "Earlier answers are only stored. Please ask all questions again." in appointment


def test_a_patient_asks_to_restrict_and_withdraws_that(browser: Client) -> None:
    nothing = browser.post("/me/download/restriction/")
    browser.post("/me/download/restriction/", {"ground": "claims"})
    asked = page(browser, "/me/download/")
    browser.post("/me/download/restriction/withdraw/")

    assert nothing.status_code == 422
    assert nothing.content.decode().count("Please choose a reason.") == 2  # above, and at the field
    assert "You asked us on" in asked
    assert "Ask to restrict my data" in page(browser, "/me/download/")
    assert Restriction.objects.get().withdrawn_at == clock.now()


def test_while_a_record_is_restricted_a_withdrawn_consent_is_not_given_again(
    patient: Patient, answers: Screening, browser: Client
) -> None:
    """The earlier answers would not be used, which the button promises."""
    browser.post("/me/health/consent/withdraw/")
    withdrawn = page(browser, "/me/health/")
    desk = browser_of(member(Role.FRONTDESK))
    desk.post(f"/desk/patients/{patient.public_id}/restriction/", {"ground": "accuracy"})
    restricted = page(browser, "/me/health/")

    assert (GIVE in withdrawn, GIVE in restricted) == (True, False)
    assert "It was withdrawn on" in restricted


def test_staff_restrict_a_record_and_the_owner_lifts_it(
    patient: Patient, answers: Screening, browser: Client
) -> None:
    browser.post("/me/download/restriction/", {"ground": "accuracy"})
    desk, owner = browser_of(member(Role.FRONTDESK)), browser_of(member(Role.OWNER))
    record = f"/desk/patients/{patient.public_id}/"
    assert "to restrict what is done with their data" in page(desk, "/desk/")
    assert desk.post(f"{record}restriction/", {}).status_code == 422
    assert desk.post(f"{record}restriction/", {"ground": "accuracy"}).status_code == 303
    shown = page(desk, record)
    visit = page(desk, f"/desk/appointments/{answers.appointment.public_id}/")

    assert "This record has been restricted since" in shown
    assert "notes are stored and shown to nobody" in visit
    assert "left shoulder" not in visit
    assert "Your record has been restricted since" in page(browser, "/me/download/")
    assert desk.post(f"{record}restriction/", {"told": "on"}).status_code == 403
    assert owner.post(f"{record}restriction/", {}).status_code == 422
    assert owner.post(f"{record}restriction/", {"told": "on"}).status_code == 303
    assert "left shoulder" in page(desk, f"/desk/appointments/{answers.appointment.public_id}/")


def test_the_reasons_of_the_desk_begin_with_a_capital_letter(patient: Patient) -> None:
    shown = page(browser_of(member(Role.OWNER)), f"/desk/patients/{patient.public_id}/restriction/")

    assert "Something is said to be wrong, and is being checked" in shown


def test_only_the_owner_declines_a_request(patient: Patient, browser: Client) -> None:
    browser.post("/me/download/restriction/", {"ground": "accuracy"})
    address = f"/desk/patients/{patient.public_id}/restriction/"
    desk, owner = browser_of(member(Role.FRONTDESK)), browser_of(member(Role.OWNER))

    assert desk.post(address, {"decline": "1"}).status_code == 403
    assert owner.post(address, {"decline": "1"}).status_code == 303
    assert Restriction.objects.get().declined_at == clock.now()


def test_staff_note_a_withdrawal_that_they_are_told(
    patient: Patient, answers: Screening, browser: Client
) -> None:
    address = f"/desk/patients/{patient.public_id}/restriction/"
    desk = browser_of(member(Role.FRONTDESK))
    before = page(desk, address)
    noted = desk.post(address, {"withdraw-consent": "1"})

    assert noted.status_code == 303
    assert "They have withdrawn the consent" in before
    assert "They have withdrawn the consent" not in page(desk, address)
    assert "No, written down by our team, version" in page(browser, "/me/reminders/")


def test_the_consent_is_not_given_again_while_the_record_is_restricted(
    answers: Screening, browser: Client, patient: Patient
) -> None:
    browser.post("/me/health/consent/withdraw/")
    Patient.objects.update(restricted_since=clock.now())
    browser.post("/me/health/consent/")
    patient.refresh_from_db()

    assert patient.health_consent_withdrawn_at == clock.now()
