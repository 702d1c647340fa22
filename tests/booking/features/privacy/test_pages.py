"""The owner's pages about erasure, retention rules and sealed records."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from booking.features.privacy.models import RetentionRule
from booking.models import AuditEntry, Patient, Role
from tests import factories as make
from tests.factories.privacy import (
    RetentionRuleFactory,
    RetentionRunFactory,
    SealedRecordFactory,
)
from tests.html import assert_valid
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def owner(frozen_clock: datetime) -> Client:
    make.ClinicProfileFactory()
    return browser_of(member(Role.OWNER))


@pytest.fixture
def patient(frozen_clock: datetime) -> Patient:
    visit = make.AppointmentFactory(
        patient=make.PatientFactory(name="Ana Reader", email="ana@mail.example"),
        starts_at=frozen_clock.replace(day=2),
        status="completed",
        patient_note="left knee",
    )
    assert visit.patient is not None
    return visit.patient


def opened(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return checked(answer)


def checked(answer: Any) -> str:
    """Return the page, which is valid HTML, with single spaces."""
    page: str = answer.content.decode()
    assert_valid(page)
    return " ".join(page.split())


def test_the_preview_says_what_goes_what_stays_and_what_the_law_keeps(
    owner: Client, patient: Patient
) -> None:
    RetentionRuleFactory()
    page = opened(owner, "desk-patient-erase", patient.public_id)

    assert "Name, address, phone number, emergency contact and preferences: 1" in page
    assert "1 appointment, with time, treatment, therapist and price" in page
    assert "records of treatment, until 2 November 2030" in page
    assert AuditEntry.objects.filter(action="read", patient_pk=patient.pk).count() == 1


def test_erasing_needs_a_confirmation_and_is_done_once(owner: Client, patient: Patient) -> None:
    address = reverse("desk-patient-erase", args=[patient.public_id])
    without = owner.post(address)
    done = owner.post(address, {"confirm": "on"})
    patient.refresh_from_db()

    assert without.status_code == 422
    assert "Please confirm" in checked(without)
    assert done.status_code == 303
    assert patient.name == "Erased person"
    assert owner.post(address, {"confirm": "on"}).status_code == 404
    assert owner.get(reverse("desk-patient", args=[patient.public_id])).status_code == 404


def test_appointments_to_come_are_named_and_nothing_can_be_sent(
    owner: Client, patient: Patient
) -> None:
    visit = make.AppointmentFactory(patient=patient)
    page = opened(owner, "desk-patient-erase", patient.public_id)
    answer = owner.post(
        reverse("desk-patient-erase", args=[patient.public_id]), {"confirm": "on"}, follow=True
    )
    patient.refresh_from_db()

    assert reverse("desk-appointment", args=[visit.public_id]) in page
    assert "Erase for good" not in page
    assert "Please cancel these first" in answer.content.decode()
    assert patient.erased_at is None


def test_the_record_leads_the_owner_to_the_preview_and_nobody_else(
    owner: Client, patient: Patient
) -> None:
    address = reverse("desk-patient-erase", args=[patient.public_id])
    desk = browser_of(member(Role.FRONTDESK))

    assert address in opened(owner, "desk-patient", patient.public_id)
    assert address not in opened(desk, "desk-patient", patient.public_id)


def test_the_overview_shows_requests_rules_runs_and_what_is_sealed(
    owner: Client, patient: Patient
) -> None:
    make.ErasureRequestFactory(patient=patient)
    RetentionRunFactory(records=[str(patient.public_id)])
    SealedRecordFactory()
    page = opened(owner, "desk-privacy")

    assert page.count("Ana Reader") >= 2
    assert "second-hand, ask your counsel" in page
    assert "records of treatment, until" in page


def test_a_rule_is_added_and_approved(owner: Client) -> None:
    rule = {
        "jurisdiction": "Ohio",
        "kind": "treatment",
        "years": 7,
        "counted_from": "last_visit",
        "majority_age": 18,
        "source": "Our lawyer, 2026",
    }
    wrong = owner.post(reverse("desk-retention-add"), rule | {"years": 101, "source": ""})
    owner.post(reverse("desk-retention-add"), rule)
    saved = RetentionRule.objects.get(jurisdiction="Ohio")
    owner.post(reverse("desk-retention-rule", args=[saved.pk]), {"approve": "1"})
    saved.refresh_from_db()

    assert wrong.status_code == 422
    assert "Please name the law" in wrong.content.decode()
    assert saved.approved_at is not None


def test_a_sealed_record_is_opened_for_a_reason_that_is_recorded(owner: Client) -> None:
    sealed = SealedRecordFactory()
    address = reverse("desk-sealed", args=[sealed.public_id])
    before = opened(owner, "desk-sealed", sealed.public_id)
    without = owner.post(address)
    answer = owner.post(address, {"reason": "claim"})
    entry = AuditEntry.objects.get(action="read", object_type="patient")

    assert "Ana Reader" not in before
    assert without.status_code == 422
    assert "Ana Reader" in checked(answer)
    assert "no-store" in answer["Cache-Control"]
    assert entry.details == {"kind": "sealed treatment", "reason": "claim"}
