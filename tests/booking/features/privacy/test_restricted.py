"""A restricted record is not erased, and opened only for what the law allows, by the owner."""

from datetime import datetime

import pytest

from booking.actions.actor import Actor, ActorType
from booking.actions.patients.merge_patients import merge_patients
from booking.actions.patients.restrictions import lift_restriction
from booking.features.privacy.actions.erase import erase_after_restore, erase_person
from booking.features.privacy.actions.restricted import AllowedUse, open_restricted
from booking.features.privacy.errors import NotRestricted, NotTheOwner, RecordRestricted
from booking.inputs import ContactDetails
from booking.models import AuditEntry, ClinicProfile, Patient, Restriction, Role
from booking.queries.patients.person import find_person
from tests import factories as make
from tests.booking.features.privacy.whole_person import (
    EMAIL,
    MARKER,
    make_whole_person,
    places_of,
)
from tests.html import assert_valid, text_of
from tests.people import browser_of, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def clinic() -> ClinicProfile:
    return make.ClinicProfileFactory()


@pytest.fixture
def patient(clinic: ClinicProfile, frozen_clock: datetime) -> Patient:
    person = make_whole_person(frozen_clock)
    person.restricted_since = person.health_consent_withdrawn_at = frozen_clock
    person.save()
    Restriction.objects.create(patient=person, ground="claims", started_at=frozen_clock)
    return person


def test_nobody_erases_it_before_it_is_lifted(patient: Patient, clinic: ClinicProfile) -> None:
    with pytest.raises(RecordRestricted):
        erase_person(find_person(EMAIL), clinic, by=Actor.system())

    assert MARKER in Patient.objects.get(pk=patient.pk).name


def test_a_record_is_not_erased_that_was_restricted_since_it_was_loaded(
    patient: Patient, clinic: ClinicProfile, frozen_clock: datetime
) -> None:
    Patient.objects.update(restricted_since=None)
    person = find_person(EMAIL)
    Patient.objects.filter(pk=patient.pk).update(restricted_since=frozen_clock)
    with pytest.raises(RecordRestricted):
        erase_person(person, clinic, by=Actor.system())

    assert MARKER in Patient.objects.get(pk=patient.pk).name


def test_a_restriction_is_lifted_for_what_was_merged_into_the_record(
    clinic: ClinicProfile, frozen_clock: datetime
) -> None:
    owner = member(Role.OWNER)
    kept, duplicate = make.PatientFactory(), make.PatientFactory(restricted_since=frozen_clock)
    merge_patients(kept, duplicate, ContactDetails(kept.name, kept.email, kept.phone), by=owner)
    lift_restriction(kept, by=Actor(ActorType.STAFF, owner))
    erase_person(find_person(kept.email), clinic, by=Actor.system())

    assert Patient.objects.exclude(erased_at=None).count() == 2


def test_who_was_erased_and_is_restricted_in_a_backup_is_erased_again(patient: Patient) -> None:
    for record in find_person(EMAIL).records:
        erase_after_restore(record)
    patient.refresh_from_db()

    assert places_of(MARKER) == set()
    assert (patient.restricted_since, patient.health_consent_withdrawn_at) == (None, None)
    assert not Restriction.objects.exists()


def test_the_owner_opens_it_for_a_use_that_is_recorded(patient: Patient) -> None:
    owner, desk = member(Role.OWNER), member(Role.FRONTDESK)
    content = open_restricted(patient, AllowedUse.CLAIMS, by=Actor(ActorType.STAFF, owner))
    with pytest.raises(NotTheOwner):
        open_restricted(patient, AllowedUse.CLAIMS, by=Actor(ActorType.STAFF, desk))
    entry = AuditEntry.objects.get(object_type="restriction")

    assert content["team_notes"][0]["note"] == f"team_note {MARKER}"
    assert "q22" in str(content["answers_as_given"])
    assert (entry.action, entry.user, entry.details) == ("read", owner, {"use": "claims"})


def test_a_record_that_is_not_restricted_is_not_opened_here() -> None:
    owner = Actor(ActorType.STAFF, member(Role.OWNER))
    with pytest.raises(NotRestricted):
        open_restricted(make.PatientFactory(), AllowedUse.CLAIMS, by=owner)


def test_the_page_asks_for_the_use_first(patient: Patient) -> None:
    browser = browser_of(member(Role.OWNER))
    address = f"/desk/privacy/restricted/{patient.public_id}/"

    def shown(content: bytes) -> str:
        return text_of(assert_valid(content.decode()))

    asked = browser.get(address)
    without = browser.post(address, {})
    opened = browser.post(address, {"use": "claims"})

    assert MARKER not in shown(asked.content).replace(patient.name, "")
    assert without.status_code == 422
    assert f"team_note {MARKER}" in shown(opened.content)
    assert patient.name in shown(browser.get("/desk/privacy/").content)
