"""A withdrawn consent to health answers is given again by whoever decides for the patient."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from booking.access.proxies import Permission
from booking.actions.health.health_consent import (
    give_health_consent_again,
    withdraw_health_consent,
)
from booking.errors import ConsentNotYours
from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient
from booking.features.proxies.models import Basis, DateOfBirth
from booking.models import Patient
from clinic.lib.dates import clock
from tests.booking.account.shown_pages import page
from tests.booking.features.proxies.family import Person
from tests.factories import AppointmentFactory, ScreeningFactory
from tests.factories.proxies import ProxyFactory
from tests.people import browser_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
HEALTH = GrantTerms.of({Permission.SEE_HEALTH})
GIVE = "Give the consent again"


@pytest.fixture
def ben_without_consent(ben: Person) -> Patient:
    """Ben has answered the questions an hour ago, and withdraws the consent."""
    an_hour_ago = clock.now() - timedelta(hours=1)
    visit = AppointmentFactory(patient=ben.patient, booked_at=an_hour_ago)
    ScreeningFactory(appointment=visit, answered_at=an_hour_ago)
    withdraw_health_consent(ben.patient, by=ben.actor)
    return ben.patient


def is_withdrawn(patient: Patient) -> bool:
    patient.refresh_from_db()
    return patient.health_consent_withdrawn_at is not None


def test_whom_the_patient_lets_act_withdraws_it_and_does_not_give_it_again(
    ana: Person, ben: Person, ben_without_consent: Patient
) -> None:
    grant_by_patient(ana.user, ben.patient, HEALTH, by=ben.actor)
    with pytest.raises(ConsentNotYours):
        give_health_consent_again(ben_without_consent, by=ana.acting_for(ben.patient))
    assert is_withdrawn(ben_without_consent)

    assert give_health_consent_again(ben_without_consent, by=ben.actor)
    assert withdraw_health_consent(ben_without_consent, by=ana.acting_for(ben.patient))


def test_their_page_has_no_button_and_says_who_can(
    ana: Person, ben: Person, ben_without_consent: Patient
) -> None:
    grant_by_patient(ana.user, ben.patient, HEALTH, by=ben.actor)
    browser = browser_of(ana.user)
    browser.post(reverse("me-act", args=[ben.patient.public_id]))
    shown = page(browser, "/me/health/")
    browser.post("/me/health/consent/")

    assert GIVE not in shown
    assert "They can give it again in their own account." in shown
    assert is_withdrawn(ben_without_consent)
    assert "Only the patient can give this consent again" in page(browser, "/me/")


@pytest.mark.parametrize(
    ("basis", "born", "decides"),
    [
        (Basis.COURT, None, True),
        (Basis.PARENT, date(2014, 5, 1), True),
        (Basis.PARENT, date(2006, 5, 1), False),
        (Basis.PARENT, None, False),
    ],
)
def test_parents_of_minors_and_whom_a_court_has_appointed_give_it_again(
    basis: Basis, born: date | None, decides: bool, ana: Person, ben_without_consent: Patient
) -> None:
    ProxyFactory(actor=ana.user, patient=ben_without_consent, basis=basis, may_see_health=True)
    if born is not None:
        DateOfBirth.objects.create(patient=ben_without_consent, born_on=born, entered_by=ana.user)
    browser = browser_of(ana.user)
    browser.post(reverse("me-act", args=[ben_without_consent.public_id]))
    shown = page(browser, "/me/health/")
    browser.post("/me/health/consent/")

    assert (GIVE in shown) is decides
    assert is_withdrawn(ben_without_consent) is not decides
