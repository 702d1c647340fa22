"""Which pages of the account each single permission opens to a proxy, and no others."""

from collections.abc import Mapping

import pytest
from django.urls import reverse

from booking.access.proxies import Permission
from booking.features.proxies.actions.grants import GrantTerms, end_grant, grant_by_patient
from booking.features.proxies.actions.invitations import invite
from booking.features.proxies.actions.takeovers import ask_to_take_over
from booking.features.proxies.queries import today
from tests.booking.features.proxies.family import TERMS, Person
from tests.booking.features.proxies.test_swaps import PAGES
from tests.factories import AppointmentFactory
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
WITHOUT_IDENTIFIERS = sorted(name for name, parts in PAGES if not parts)
ALWAYS = {"me", "me-menu", "me-act-stop"}
"""Open with any grant: the first page, which shows only what was granted, and the way back."""
OPEN: Mapping[Permission, set[str]] = {
    Permission.BOOK: {"me-favorite"},
    Permission.SEE_TIMES: {"me-past"},
    Permission.SEE_HEALTH: {
        "me-health",
        "me-health-questions",
        "me-health-call-back",
        "me-consent",
        "me-consent-withdraw",
    },
    Permission.SEE_RECEIPTS: {"me-receipts"},
}


@pytest.mark.parametrize("permission", list(Permission))
def test_one_permission_opens_its_pages_and_shows_nothing_else(
    ana: Person, ben: Person, permission: Permission
) -> None:
    visit = AppointmentFactory(patient=ben.patient)
    invite("secret@mail.example", ben.patient, TERMS, by=ben.actor)
    ask_to_take_over(today().replace(year=2000), GrantTerms.of(()), by=ben.actor)
    grant_by_patient(ana.user, ben.patient, GrantTerms.of({permission}), by=ben.actor)
    browser, opened = browser_of(ana.user), set()
    for name in WITHOUT_IDENTIFIERS:
        browser.post(reverse("me-act", args=[ben.patient.public_id]))
        answer = browser.get(reverse(name))
        page = answer.content.decode()
        if answer.status_code != 403:
            opened.add(name)

        assert answer.status_code < 500
        assert "secret@mail.example" not in page.replace("<wbr>", "")
        if permission != Permission.SEE_TIMES:
            assert visit.therapist.name not in page
    assert opened - {"me-start"} == ALWAYS | OPEN[permission]


@pytest.mark.parametrize("ends", ["before", "while acting"])
def test_whose_grant_has_ended_is_shown_nothing_of_the_patient_on_any_page(
    ana: Person, ben: Person, ends: str
) -> None:
    visit = AppointmentFactory(patient=ben.patient)
    secrets = [str(visit.public_id), "secret@mail.example"]
    invite("secret@mail.example", ben.patient, TERMS, by=ben.actor)
    terms, browser = GrantTerms.of(set(Permission)), browser_of(ana.user)
    for name in WITHOUT_IDENTIFIERS:
        grant = grant_by_patient(ana.user, ben.patient, terms, by=ben.actor)
        if ends == "before":
            end_grant(grant.public_id, by=ben.actor)
        browser.post(reverse("me-act", args=[ben.patient.public_id]))
        end_grant(grant.public_id, by=ben.actor)
        answer = browser.get(reverse(name), follow=True)
        page = answer.content.decode().replace("<wbr>", "")

        assert answer.status_code in (200, 204, 403, 404, 405), name
        assert [secret for secret in secrets if secret in page] == [], name
