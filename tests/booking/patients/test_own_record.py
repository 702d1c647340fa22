"""Own details, choices of mails, requests for erasure, and the copy of everything."""

import io
import json
import zipfile
from typing import Any

import pytest

from booking.actions.actor import Actor, ActorType
from booking.actions.patients.end_links import end_own_links
from booking.actions.patients.erasure_requests import (
    complete_erasure_request,
    request_erasure,
    withdraw_erasure,
)
from booking.actions.patients.export_data import export_patient_data
from booking.actions.patients.mail_choices import choose_mails, stop_optional_mail
from booking.actions.patients.update_patient import change_own_details
from booking.errors import ErasureAlreadyRequested, InvalidState
from booking.inputs import OwnDetails
from booking.models import (
    AuditEntry,
    ClinicProfile,
    Patient,
    PatientChoice,
    Role,
)
from booking.notifications.subjects.reminders import build_reminder, is_reminder_wanted
from booking.queries.patients.erasure_requests import visible_requests
from booking.screening.records import SessionPreferences
from tests import factories as make
from tests.booking.health.answers import answer_set
from tests.people import member, patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def clinic() -> ClinicProfile:
    return make.ClinicProfileFactory()


@pytest.fixture
def patient(clinic: ClinicProfile) -> Patient:
    user = patient_user(email="ana@mail.example", name="Ana")
    return make.PatientFactory(user=user, name="Ana Reader", email="ana@mail.example")


@pytest.fixture
def by(patient: Patient) -> Actor:
    return Actor(ActorType.PATIENT, patient.user, "192.0.2.7")


def entries(**about: Any) -> list[str]:
    rows = AuditEntry.objects.filter(**about).order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_own_details_are_saved_and_the_trail_names_the_fields(patient: Patient, by: Actor) -> None:
    details = OwnDetails("Ana Maria Reader", patient.phone, "Ana", "Ben Reader", "312 555 0144")

    assert change_own_details(patient, details, by=by)
    assert not change_own_details(patient, details, by=by)
    entry = AuditEntry.objects.get(object_type="patient", action="changed")
    patient.refresh_from_db()
    assert (patient.addressed_as, patient.emergency_name) == ("Ana", "Ben Reader")
    assert (patient.user and patient.user.name) == "Ana Maria Reader"
    assert set(entry.details["fields"]) == {
        "name",
        "addressed_as",
        "emergency_name",
        "emergency_phone",
    }


def test_who_wants_no_reminders_gets_none(
    patient: Patient, by: Actor, clinic: ClinicProfile
) -> None:
    appointment = make.AppointmentFactory(patient=patient)
    [reminder] = build_reminder(appointment, 3, clinic)
    reminder.save()
    wanted_before = is_reminder_wanted(reminder, reminder.due_at)
    choose_mails(patient, reminders=False, optional_mail=True, by=by)

    assert wanted_before
    assert not is_reminder_wanted(reminder, reminder.due_at)


def test_every_choice_stays_in_the_history_with_version_and_who(
    patient: Patient, by: Actor
) -> None:
    choose_mails(patient, reminders=True, optional_mail=False, by=by)
    choose_mails(patient, reminders=True, optional_mail=False, by=by)
    choose_mails(patient, reminders=True, optional_mail=True, by=by)
    stop_optional_mail(patient)
    rows = PatientChoice.objects.order_by("pk").values_list("subject", "is_wanted", "actor_type")

    assert list(rows) == [
        ("optional_mail", False, "patient"),
        ("optional_mail", True, "patient"),
        ("optional_mail", False, "guest"),
    ]
    assert entries(object_type="choice") == ["changed"] * 3


def test_a_patient_ends_the_links_in_all_mails(patient: Patient, by: Actor) -> None:
    appointment = make.AppointmentFactory(patient=patient)
    other = make.AppointmentFactory()

    assert end_own_links(patient, by=by) == 1
    appointment.refresh_from_db()
    other.refresh_from_db()
    assert (appointment.link_version, other.link_version) == (2, 1)
    assert entries(object_type="links", patient_pk=patient.pk) == ["revoked"]


def test_a_request_for_erasure_is_seen_at_the_desk_until_it_is_dealt_with(
    patient: Patient, by: Actor
) -> None:
    desk, therapist = member(Role.FRONTDESK, app=False), member(Role.THERAPIST, app=False)
    staff = Actor(ActorType.STAFF, desk)
    request = request_erasure(patient, by=by)
    with pytest.raises(ErasureAlreadyRequested):
        request_erasure(patient, by=by)

    assert list(visible_requests(desk)) == [request]
    assert not visible_requests(therapist).exists()
    complete_erasure_request(request, by=staff)
    assert not visible_requests(desk).exists()
    with pytest.raises(InvalidState):
        complete_erasure_request(request, by=staff)


def test_a_request_for_erasure_can_be_withdrawn(patient: Patient, by: Actor) -> None:
    request_erasure(patient, by=by)

    assert withdraw_erasure(patient, by=by)
    assert not withdraw_erasure(patient, by=by)
    assert entries(object_type="erasure") == ["created", "revoked"]


def opened(patient: Patient, clinic: ClinicProfile, by: Actor) -> tuple[dict[str, Any], str]:
    archive = zipfile.ZipFile(io.BytesIO(export_patient_data(patient, clinic, by=by)))
    return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def test_the_copy_holds_everything_as_data_and_as_a_page(
    patient: Patient, clinic: ClinicProfile, by: Actor
) -> None:
    visit = make.AppointmentFactory(patient=patient, patient_note="left knee")
    make.AppointmentEventFactory(
        appointment=visit, kind="booked", actor_type="patient", user=patient.user
    )
    likes = SessionPreferences("light", "right ankle", ("breaks",))
    make.ScreeningFactory(appointment=visit, answer_set=answer_set("q22/latex"), preferences=likes)
    make.PaymentFactory(appointment=visit)
    data, page = opened(patient, clinic, by)

    assert data["person"][0]["name"] == "Ana Reader"
    assert data["appointments"][0]["your_note"] == "left knee"
    assert data["health_answers"][0]["places_to_leave_alone"] == "right ankle"
    assert data["payments"][0]["receipt"] == 1
    assert "left knee" in page
    assert "right ankle" in page


def test_the_copy_holds_nothing_of_anybody_else(
    patient: Patient, clinic: ClinicProfile, by: Actor
) -> None:
    other = make.PatientFactory(name="Zed Stranger", user=patient_user(name="Zed Stranger"))
    visit = make.AppointmentFactory(patient=other, patient_note="secret of Zed")
    make.ScreeningFactory(appointment=visit)
    make.PaymentFactory(appointment=visit)
    data, page = opened(patient, clinic, by)

    assert "Zed" not in page + json.dumps(data)
    assert data["appointments"] == data["health_answers"] == data["payments"] == []


def test_making_the_copy_leaves_entries(patient: Patient, clinic: ClinicProfile, by: Actor) -> None:
    make.ScreeningFactory(appointment=make.AppointmentFactory(patient=patient))
    export_patient_data(patient, clinic, by=by)

    assert entries(action="exported", patient_pk=patient.pk) == ["exported", "exported"]
