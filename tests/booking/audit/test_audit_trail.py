"""Whoever looked at or changed something is found: one record, written once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from booking.actions.audit.retention import delete_old_audit_entries
from booking.actions.holds.delete_expired_holds import delete_expired_holds
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.inputs import ContactDetails
from booking.models import (
    Appointment,
    AppointmentEvent,
    AuditEntry,
    Notification,
    Patient,
    Role,
    Therapist,
)
from clinic.lib.dates import clock
from tests.factories import (
    AppointmentFactory,
    AuditEntryFactory,
    ClinicProfileFactory,
    NotificationFactory,
    PatientFactory,
    RoomFactory,
    ScreeningFactory,
)
from tests.html import assert_valid
from tests.people import PASSWORD, browser_of, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def entries(**filters: Any) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(**filters).order_by("pk")
    return list(rows.values_list("action", "object_type"))


@pytest.fixture
def owner() -> Client:
    ClinicProfileFactory()
    return browser_of(member(Role.OWNER))


def newest() -> AuditEntry:
    entry = AuditEntry.objects.order_by("-pk").first()
    assert entry is not None
    return entry


class TestLooks:
    @pytest.mark.parametrize("page", ["", "edit/", "merge/"])
    def test_a_look_at_a_record_is_recorded(self, owner: Client, page: str) -> None:
        patient = PatientFactory(email="zoe@mail.example")
        owner.get(f"/desk/patients/{patient.public_id}/{page}", REMOTE_ADDR="192.0.2.7")
        entry = newest()

        assert (entry.action, entry.object_type) == ("read", "patient")
        assert (entry.record_id, entry.patient_pk) == (patient.public_id, patient.pk)
        assert (entry.area, entry.ip_address) == ("desk", "192.0.2.7")
        assert "zoe" not in str(AuditEntry.objects.filter(pk=entry.pk).values())

    def test_looks_of_one_person_at_one_record_count_once_an_hour(
        self, owner: Client, settings: Settings
    ) -> None:
        patient = PatientFactory()
        address = f"/desk/patients/{patient.public_id}/"
        for minutes in (0, 14, 14, 14, 14, 14):
            settings.CLINIC_CLOCK += timedelta(minutes=minutes)  # the desk locks after 15
            owner.get(address)

        assert len(entries(action="read", object_type="patient")) == 2

    def test_an_appointment_and_its_health_brief_are_two_entries(self, owner: Client) -> None:
        row = ScreeningFactory().appointment
        for _ in range(2):
            owner.get(f"/desk/appointments/{row.public_id}/")

        assert entries(action="read") == [("read", "appointment"), ("read", "outcome")]

    def test_loading_today_again_and_again_adds_nothing(self, owner: Client) -> None:
        ScreeningFactory(appointment__starts_at=clock.now() + timedelta(hours=1))
        owner.get("/desk/")
        after_once = AuditEntry.objects.count()
        for _ in range(3):
            owner.get("/desk/")

        assert AuditEntry.objects.count() == after_once

    def test_a_page_that_comes_with_an_error_of_a_form_is_a_look_too(self, owner: Client) -> None:
        row = AppointmentFactory()
        address = f"/desk/appointments/{row.public_id}/note/"
        assert owner.post(address, {"team_note": "x" * 9_000}).status_code == 422

        assert entries(action="read", record_id=row.public_id) == [("read", "appointment")]

    def test_a_note_that_is_read_on_today_is_recorded_once_an_hour(self, owner: Client) -> None:
        soon = clock.now() + timedelta(hours=1)
        noted = AppointmentFactory(starts_at=soon, team_note="Door code 12")
        AppointmentFactory(starts_at=soon + timedelta(hours=2))
        for _ in range(2):
            assert "Door code" in owner.get("/desk/").content.decode()
        entry = newest()

        assert entries(action="read") == [("read", "appointment")]
        assert (entry.record_id, entry.patient_pk) == (noted.public_id, noted.patient_id)

    def test_a_patients_note_on_today_is_a_look_of_its_reader_only(self) -> None:
        ClinicProfileFactory()
        therapist = member(Role.THERAPIST)
        AppointmentFactory(
            therapist=Therapist.objects.get(user=therapist),
            starts_at=clock.now() + timedelta(hours=1),
            patient_note="left knee",
            team_note="",
        )
        for person in (member(Role.FRONTDESK), therapist):
            page = browser_of(person).get("/desk/").content.decode()
            assert ("left knee" in page) == (person == therapist)

        assert entries(action="read") == [("read", "appointment")]
        assert newest().user == therapist

    def test_a_mail_that_is_opened_is_recorded(self, owner: Client) -> None:
        mail: Notification = NotificationFactory()
        owner.get(f"/desk/mail/{mail.pk}/")

        assert newest().object_type == "mail"
        assert newest().details["mail"] == mail.pk


class TestChanges:
    def test_a_change_of_a_record_names_the_fields_and_not_the_values(self, owner: Client) -> None:
        patient = PatientFactory(name="Zoe", phone="312-555-0101", email="")
        data = {"name": "Zoe Reader", "phone": "312-555-0101", "email": "zoe@mail.example"}
        owner.post(f"/desk/patients/{patient.public_id}/edit/", data)
        entry = newest()

        assert (entry.action, entry.object_type) == ("changed", "patient")
        assert entry.details == {"fields": ["name", "email"]}

    def test_saving_a_record_as_it_was_is_no_change(self, owner: Client) -> None:
        patient = PatientFactory(name="Zoe", phone="312-555-0101", email="")
        data = {"name": "Zoe", "phone": "312-555-0101", "email": ""}
        owner.post(f"/desk/patients/{patient.public_id}/edit/", data)

        assert entries(action="changed", object_type="patient") == []

    def test_a_merge_and_its_undoing_are_recorded_for_both_records(self) -> None:
        by = member(Role.OWNER)
        one, other = PatientFactory.create_batch(2)
        merge = merge_patients(one, other, ContactDetails(one.name, one.email, one.phone), by=by)
        undo_merge(merge, by=by)

        for patient in (one, other):
            actions = [action for action, _ in entries(patient_pk=patient.pk)]
            assert actions == ["merged", "unmerged"]

    def test_what_staff_do_to_an_appointment_is_recorded_with_the_place(
        self, owner: Client
    ) -> None:
        row = AppointmentFactory()
        owner.post(
            f"/desk/appointments/{row.public_id}/note/", {"team_note": "Door code 12"},
            REMOTE_ADDR="192.0.2.9",
        )  # fmt: skip
        entry = newest()

        assert (entry.action, entry.object_type) == ("changed", "appointment")
        assert (entry.details, entry.ip_address) == ({"event": "noted"}, "192.0.2.9")
        assert "Door code" not in str(entry.details)

    def test_a_setting_of_the_back_office_is_recorded_with_its_fields(self, owner: Client) -> None:
        room = RoomFactory(name="Garden")
        owner.post(
            f"/admin/booking/room/{room.pk}/change/",
            {"name": "Garden room", "kind": room.kind_id, "is_active": "on", "position": "0"},
        )
        entry = newest()

        assert (entry.action, entry.object_type) == ("changed", "setting")
        assert entry.area == "back_office"
        assert entry.details["fields"] == ["Name"]

    def test_an_exported_report_is_recorded(self, owner: Client) -> None:
        owner.get("/desk/reports/income/days.csv")
        owner.get("/desk/reports/appointments/statuses.csv")

        exported = entries(action="exported")
        assert exported == [("exported", "report")] * len(exported)


class TestTeam:
    def test_invitations_roles_and_ended_access_are_recorded(self, owner: Client) -> None:
        colleague = member(Role.THERAPIST, email="maya@clinic.example")
        owner.post("/desk/staff/", {"email": "new@clinic.example", "roles": ["frontdesk"]})
        invited = newest()
        owner.post(f"/desk/staff/{colleague.pk}/", {"roles": ["frontdesk"]})
        changed = newest()
        owner.post(f"/desk/staff/{colleague.pk}/deactivate/")
        ended = newest()

        assert (invited.action, invited.details["to"]) == ("created", "new@clinic.example")
        assert (changed.object_type, changed.affected_user) == ("roles", colleague)
        assert changed.details == {"roles": ["frontdesk"]}
        assert (ended.action, ended.affected_user) == ("deactivated", colleague)


class TestSignIns:
    def test_a_sign_in_and_its_end_are_recorded(self, client: Client) -> None:
        ClinicProfileFactory()
        user = member(Role.FRONTDESK, app=False)
        data = {"login": user.email, "password": PASSWORD}
        client.post("/accounts/login/", data, REMOTE_ADDR="192.0.2.1")
        signed_in = newest()
        client.post("/accounts/logout/")

        assert (signed_in.action, signed_in.user) == ("signed_in", user)
        assert (signed_in.area, signed_in.ip_address) == ("account", "192.0.2.1")
        assert signed_in.details == {"methods": ["password"]}
        assert newest().action == "signed_out"

    def test_a_wrong_password_is_recorded_with_whose_account_it_is(self, client: Client) -> None:
        user = member(Role.FRONTDESK)
        client.post("/accounts/login/", {"login": user.email, "password": "not this one"})
        entry = newest()

        assert (entry.action, entry.user, entry.affected_user) == ("sign_in_failed", None, user)
        assert "not this one" not in str(AuditEntry.objects.values())

    def test_a_wrong_second_factor_is_recorded(self, client: Client) -> None:
        user = member(Role.FRONTDESK)
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        entry = newest()

        assert (entry.action, entry.affected_user) == ("sign_in_failed", user)
        assert entry.details == {"page": "mfa_authenticate"}

    def test_an_unknown_address_is_stored_only_as_a_hash(self, client: Client) -> None:
        client.post("/accounts/login/", {"login": "who@mail.example", "password": "x"})
        entry = newest()

        assert entry.affected_user is None
        assert entry.email_hash
        assert "who@mail" not in str(AuditEntry.objects.values())


class TestRefusals:
    def test_a_page_that_is_refused_is_recorded_once_an_hour(self) -> None:
        ClinicProfileFactory()
        therapist = browser_of(member(Role.THERAPIST))
        for _ in range(3):
            assert therapist.get("/desk/staff/").status_code == 403

        refused = AuditEntry.objects.filter(action="refused")
        assert [entry.details["page"] for entry in refused] == ["desk-staff"]

    def test_people_who_are_not_signed_in_leave_no_entries(self, client: Client) -> None:
        client.get("/desk/staff/")
        client.get("/desk/audit/")

        assert AuditEntry.objects.count() == 0


class TestAppendOnly:
    def test_an_entry_is_never_changed(self) -> None:
        AuditEntryFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEntry.objects.update(ip_address="")

    def test_an_entry_of_the_last_year_cannot_be_deleted(self) -> None:
        entry = AuditEntryFactory(at=datetime.now(UTC) - timedelta(days=360))
        with pytest.raises(IntegrityError), transaction.atomic():
            entry.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEntry.objects.all().delete()

        assert AuditEntry.objects.count() == 1

    def test_entries_are_deleted_after_the_years_that_the_clinic_chose(self) -> None:
        ClinicProfileFactory(audit_kept_years=6)
        now = clock.now()
        AuditEntryFactory(at=now - timedelta(days=7 * 366))
        kept = AuditEntryFactory(at=now - timedelta(days=5 * 366))

        assert delete_old_audit_entries(now) == 1
        assert AuditEntry.objects.get() == kept

    def test_nothing_is_deleted_before_there_is_a_clinic(self) -> None:
        AuditEntryFactory(at=clock.now() - timedelta(days=50 * 366))

        assert delete_old_audit_entries(clock.now()) == 0


class TestThePage:
    def test_an_owner_finds_who_looked_at_a_patient(self, owner: Client) -> None:
        zoe, other = PatientFactory(name="Zoe Reader"), PatientFactory(name="Other Person")
        for patient in (zoe, other):
            owner.get(f"/desk/patients/{patient.public_id}/")
        page = owner.get("/desk/audit/", {"patient": str(zoe.public_id)}).content.decode()

        assert "Only what is about Zoe Reader." in page
        assert "Other Person" not in page
        assert_valid(page)

    @pytest.mark.parametrize(
        "query",
        ["user=x", "group=beads", "patient=1", "first=x", "last=0001-01-01", "first=2030-01-01"],
    )
    def test_what_cannot_be_read_is_said_beside_its_field(self, owner: Client, query: str) -> None:
        answer = owner.get(f"/desk/audit/?{query}")

        assert answer.status_code == 422
        assert_valid(answer.content.decode())

    def test_kinds_persons_and_days_narrow_the_list(self, owner: Client) -> None:
        colleague = member(Role.FRONTDESK, name="Kim Desk")
        AuditEntryFactory(user=colleague, action="read", object_type="patient")
        AuditEntryFactory(user=colleague, action="signed_in", object_type="account")
        AuditEntryFactory(user=colleague, at=clock.now() - timedelta(days=30))

        def found(**query: Any) -> int:
            page = owner.get("/desk/audit/", {"user": colleague.pk, **query})
            return int(page.context["page"].paginator.count)

        access_given = 1  # the entry of the roles that Kim got
        assert found() == 2 + access_given
        assert found(group="reads") == 1
        assert found(group="sign-ins") == 1
        assert found(first=date(2026, 10, 1)) == 3 + access_given

    def test_a_long_list_costs_as_many_queries_as_a_short_one(
        self, owner: Client, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        for patient in PatientFactory.create_batch(5):
            AuditEntryFactory(patient_pk=patient.pk, user=member(Role.FRONTDESK, app=False))
        with django_assert_max_num_queries(14):
            owner.get("/desk/audit/")


class TestExpiredHolds:
    def held(self, **values: Any) -> Appointment:
        old = clock.now() - timedelta(days=31)
        row: Appointment = AppointmentFactory(
            **{
                "patient": None, "status": "expired", "hold_expires_at": old,
                "starts_at": old + timedelta(days=3), **values,
            }
        )  # fmt: skip
        return row

    def test_holds_that_nobody_booked_are_deleted_with_their_history(self) -> None:
        row = self.held()
        AppointmentEvent.objects.create(appointment=row, kind="held", actor_type="guest")

        assert delete_expired_holds(clock.now()) == 1
        assert (Appointment.objects.count(), AppointmentEvent.objects.count()) == (0, 0)

    def test_younger_ones_and_those_with_answers_stay(self) -> None:
        self.held(hold_expires_at=clock.now() - timedelta(days=29))
        ScreeningFactory(
            appointment=self.held(), patient=None, keep_until=clock.now() + timedelta(days=1)
        )
        booked = AppointmentFactory()

        assert delete_expired_holds(clock.now()) == 0
        assert booked in Appointment.objects.all()
        assert Patient.objects.exists()
