"""Erasing a person: nothing names them any more, and everything is counted as before."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.patients.erasure_permit import permission_to_erase
from booking.features.privacy.actions.erase import (
    erase_after_restore,
    erase_person,
    preview_erasure,
)
from booking.features.privacy.errors import HasAppointments, NobodyToErase
from booking.features.privacy.models import RetentionRule, SealedRecord
from booking.features.proxies.models import Proxy
from booking.models import (
    Appointment,
    AuditEntry,
    ClinicProfile,
    ErasurePermit,
    Notification,
    Patient,
    Payment,
    Role,
    User,
)
from booking.queries.appointments.invariants import check_invariants
from booking.queries.patients.person import find_person, find_person_of
from booking.registries.erasures_after_restore import read_erasures
from tests import factories as make
from tests.booking.features.privacy.whole_person import (
    EMAIL,
    MARKER,
    OLD_EMAIL,
    files_with,
    make_whole_person,
    places_of,
)
from tests.people import member, patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
SYSTEM = Actor.system()


@pytest.fixture
def clinic() -> ClinicProfile:
    return make.ClinicProfileFactory()


@pytest.fixture
def patient(clinic: ClinicProfile, frozen_clock: datetime) -> Patient:
    return make_whole_person(frozen_clock)


def erase(clinic: ClinicProfile, email: str = EMAIL) -> None:
    erase_person(find_person(email), clinic, by=SYSTEM)


def rule(**values: Any) -> RetentionRule:
    """An approved rule: records of treatment, four years from the last visit."""
    defaults = {
        "jurisdiction": "Here",
        "kind": "treatment",
        "years": 4,
        "counted_from": "last_visit",
        "source": "Act 1",
        "approved_at": datetime.fromisoformat("2026-11-01T00:00:00+00:00"),
    }
    return RetentionRule.objects.create(**(defaults | values))


def test_the_marker_is_in_every_table_before(patient: Patient) -> None:
    found = places_of(MARKER)

    assert {"booking_patient", "booking.Screening", "booking.Notification"} < found
    assert {"articles.Comment", "booking_imports.ImportDraft", "sessions.Session"} < found


def test_after_an_erasure_nothing_names_the_person(patient: Patient, clinic: ClinicProfile) -> None:
    erase(clinic)

    assert places_of(MARKER) == set()
    assert places_of("192.0.2.77", "312 555 0177", "3125550177") == set()
    assert files_with(MARKER) == []


def test_what_the_law_keeps_can_be_read_with_the_key_only(
    patient: Patient, clinic: ClinicProfile
) -> None:
    rule()
    erase(clinic)
    [sealed] = SealedRecord.objects.all()

    assert places_of(MARKER) == {"booking_privacy.SealedRecord"}
    assert MARKER in sealed.content
    assert "q22" in sealed.content
    assert sealed.keep_until.isoformat() == "2030-10-24"
    assert sealed.because == ["Here: records of treatment, 4 years from the last visit (Act 1)"]


def test_statistics_stay_as_they_were(patient: Patient, clinic: ClinicProfile) -> None:
    def counted() -> list[Any]:
        visits = Appointment.objects.order_by("pk")
        return [
            list(visits.values_list("patient", "status", "price", "starts_at", "therapist")),
            Patient.objects.count(),
            [result.total for result in check_invariants(patient.created_at)],
        ]

    before = counted()
    erase(clinic)

    assert counted() == before


def test_the_record_of_a_child_and_of_others_stays(patient: Patient, clinic: ClinicProfile) -> None:
    other = make.PatientFactory(name="Zed Stranger", email="zed@mail.example")
    erase(clinic)
    names = set(Patient.objects.values_list("name", flat=True))

    assert names == {"Erased person", "Kim Child", other.name}
    [grant] = Proxy.objects.all()
    assert grant.patient.name == "Kim Child"
    assert grant.end.side == "actor"


def test_an_appointment_to_come_stops_the_erasure(patient: Patient, clinic: ClinicProfile) -> None:
    make.AppointmentFactory(patient=patient)
    with pytest.raises(HasAppointments):
        erase(clinic)

    assert Patient.objects.filter(name__contains=MARKER).count() == 2
    assert len(preview_erasure(find_person(EMAIL), clinic).upcoming) == 1


def test_the_preview_counts_and_changes_nothing(patient: Patient, clinic: ClinicProfile) -> None:
    rule()
    entries = AuditEntry.objects.count()
    plan = preview_erasure(find_person(EMAIL), clinic)

    assert len(plan.going) == 11
    assert all(count > 0 for _title, count in plan.going)
    assert [kept.kind for _record, kinds in plan.retained for kept in kinds] == ["treatment"]
    assert AuditEntry.objects.count() == entries
    assert places_of(MARKER) >= {"booking_patient"}


def test_a_second_erasure_finds_nobody(patient: Patient, clinic: ClinicProfile) -> None:
    erase(clinic)
    with pytest.raises(NobodyToErase):
        erase(clinic)


def test_a_former_address_leads_to_nobody_after_an_erasure(
    patient: Patient, clinic: ClinicProfile
) -> None:
    assert find_person(OLD_EMAIL).record_pks == find_person(EMAIL).record_pks
    erase(clinic)

    assert not find_person(OLD_EMAIL)
    assert not find_person(EMAIL)


def test_after_a_restore_a_record_is_erased_again(patient: Patient, clinic: ClinicProfile) -> None:
    make.AppointmentFactory(patient=patient)
    for record in find_person(EMAIL).records:
        erase_after_restore(record)
        erase_after_restore(record)

    assert places_of(MARKER) == set()
    assert Appointment.objects.filter(status="cancelled").count() == 1
    assert Notification.objects.filter(status="waiting", is_to_patient=True).count() == 0


def test_the_erasure_is_in_the_audit_trail_and_beside_the_backups(
    patient: Patient,
    clinic: ClinicProfile,
    settings: Settings,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.BACKUP_DIR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        erase(clinic)
    entries = AuditEntry.objects.filter(action="deleted", object_type="patient")
    erased = Patient.objects.exclude(erased_at=None)

    assert {entry.patient_pk for entry in entries} == {row.pk for row in erased}
    recorded = read_erasures(tmp_path / "erasures.log")
    assert (len(recorded.patients), len(recorded.addresses)) == (2, 2)
    assert MARKER not in (tmp_path / "erasures.log").read_text()


def test_an_address_that_somebody_else_signs_in_with_is_not_listed(
    clinic: ClinicProfile,
    settings: Settings,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.BACKUP_DIR = tmp_path
    patient_user(email="parent@mail.example", name="Bea")
    child = make.PatientFactory(email="Parent@mail.example")
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(find_person_of(child), clinic, by=Actor.system())

    recorded = read_erasures(tmp_path / "erasures.log")
    assert (len(recorded.patients), len(recorded.addresses)) == (1, 0)


def test_a_member_of_staff_keeps_the_account(clinic: ClinicProfile) -> None:
    kim = member(Role.THERAPIST, email="kim@clinic.example", name="Kim")
    make.PatientFactory(user=kim, email="kim@clinic.example", name="Kim")
    erase(clinic, "kim@clinic.example")

    assert User.objects.get(pk=kim.pk).email == "kim@clinic.example"
    assert Patient.objects.get().erased_at is not None


class TestThePermission:
    """Rows that never change can be changed in an erasure only."""

    def test_it_ends_with_its_block(self) -> None:
        entry = make.AuditEntryFactory(ip_address="192.0.2.1")
        with permission_to_erase():
            AuditEntry.objects.update(ip_address="")
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEntry.objects.update(ip_address="192.0.2.2")
        entry.refresh_from_db()

        assert entry.ip_address == ""

    @pytest.mark.usefixtures("clock_of_database")
    def test_an_error_takes_it_back(self) -> None:
        make.AuditEntryFactory()
        with pytest.raises(RuntimeError), permission_to_erase():
            raise RuntimeError
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEntry.objects.all().delete()

    @pytest.mark.django_db(transaction=True)
    def test_the_database_refuses_to_keep_it(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasurePermit.objects.create(impossible_id=2)
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasurePermit.objects.create(impossible_id=1)

        assert not ErasurePermit.objects.exists()

    def test_receipts_and_history_never_change_even_with_it(self) -> None:
        payment = make.PaymentFactory()
        with pytest.raises(IntegrityError), transaction.atomic(), permission_to_erase():
            Payment.objects.update(description="x")
        with pytest.raises(IntegrityError), transaction.atomic(), permission_to_erase():
            payment.appointment.events.update(kind="held")


class TestTheCommand:
    def test_a_dry_run_says_what_would_go_and_erases_nothing(
        self, patient: Patient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rule()
        call_command("erase_patient", EMAIL, "--dry-run")
        said = capsys.readouterr().out

        assert "This goes for good:" in said
        assert "Health answers, what doctors agreed to, and requests to be called: 1" in said
        assert "records of treatment, until 24 October 2030" in said
        assert Patient.objects.filter(name__contains=MARKER).exists()

    def test_it_asks_for_the_address_and_erases(
        self, patient: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("builtins.input", lambda _question: "something else")
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("erase_patient", EMAIL)
        call_command("erase_patient", EMAIL, "--yes")

        assert places_of(MARKER) == set()
        with pytest.raises(CommandError, match="Nobody"):
            call_command("erase_patient", EMAIL, "--yes")

    def test_appointments_to_come_stop_it(self, patient: Patient) -> None:
        make.AppointmentFactory(patient=patient, starts_at=patient.created_at + timedelta(days=3))
        with pytest.raises(CommandError, match="cancel these first"):
            call_command("erase_patient", EMAIL, "--yes")
