"""Somebody at the front desk who tries to read answers in an account of their own."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta

from booking.access.proxies import Permission
from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.patients.claim_bookings import claim_bookings
from booking.actions.patients.export_data import export_patient_data
from booking.actions.patients.merge_patients import merge_patients
from booking.actions.patients.update_patient import change_patient
from booking.inputs import ContactDetails, PatientData, PersonalDetails
from booking.models import Appointment, ClinicProfile, Patient, PatientMerge, User
from booking.notifications.kinds import RenderedMail
from booking.notifications.mail_format import mail_to_json
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SessionPreferences, SubmittedAnswers
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.health.answers import answer_set
from tests.people import browser_of
from tests.scene import GUEST, TUESDAY, Scene, on

SECRET = "Latex"
"""What Vera has ticked; her note says `NOTE`."""
NOTE = "since the operation"
SAMPLE_MAIL = mail_to_json(RenderedMail("Subject", "secret-link", "<p>secret-link</p>"))
MINE = "me@attacker.example"
HEALTH = frozenset({Permission.BOOK, Permission.SEE_HEALTH})


@dataclass(frozen=True)
class Desk:
    """A member of the front desk, their private account, and the record in it."""

    staff: User
    user: User
    patient: Patient

    @property
    def at_work(self) -> Actor:
        return Actor(ActorType.STAFF, self.staff)

    @property
    def at_home(self) -> Actor:
        return Actor(ActorType.PATIENT, self.user)

    def claim(self, *records: Patient) -> list[PatientMerge]:
        keys = [record.public_id for record in records]
        return claim_bookings(self.patient, keys, proven_email=MINE, by=self.at_home)

    def merge(self, remaining: Patient, duplicate: Patient) -> PatientMerge:
        return merge_patients(remaining, duplicate, contact_of(remaining), by=self.staff)

    def sees(self) -> str:
        """All that the private account shows: health page, all questions, the copy of all data."""
        return seen_by(Patient.objects.get(pk=self.patient.pk), self.user)


def seen_by(patient: Patient, user: User) -> str:
    browser = browser_of(user)
    pages = [browser.get(f"/me/health/{page}") for page in ("", "questions/")]
    assert [page.status_code for page in pages] == [200, 200]
    clinic = ClinicProfile.objects.get()
    copy = export_patient_data(patient, clinic, by=Actor(ActorType.PATIENT, user))
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        data = json.loads(archive.read("data.json"))
    ticked = pages[1].context["form"].initial
    shown = pages[0].content.decode().partition("<main")[2]
    held = [data[name] for name in ("health_answers", "clearances", "appointments")]
    return f"{shown} {ticked} {held}"


def reads(text: str) -> bool:
    return any(word in text for word in (SECRET, "latex", NOTE))


def contact_of(patient: Patient, **other: str) -> ContactDetails:
    values = {"name": patient.name, "email": patient.email, "phone": patient.phone}
    return ContactDetails(**(values | other))


def by_of(user: User | None) -> Actor:
    assert user is not None
    return Actor(ActorType.PATIENT, user)


def submitted(*answers: str) -> SubmittedAnswers:
    digest = newest_questionnaire().digest
    return SubmittedAnswers(digest, answer_set(*answers), SessionPreferences())


def online(scene: Scene, *, hour: int = 10, email: str = "vera@mail.example") -> Appointment:
    """Book as a guest, online, with an answer and a note."""
    hold = scene.hold(on(TUESDAY.day, hour), browser_key=f"{email} {hour}")
    screening = hold.screenings.get()
    screening.record_json = make.health.record_json(screening, answer_set("q22/latex"))
    screening.save()
    details = PersonalDetails("Vera Reader", email, "312-555-0155", NOTE)
    return book_appointment(hold, details, by=GUEST)


def change_address(patient: Patient, email: str) -> None:
    change_patient(patient, PatientData(patient.name, email, patient.phone))


def treating(patient: Patient, therapist: User, scene: Scene) -> Actor:
    """The therapist, who has treated the patient before."""
    make.AppointmentFactory(
        patient=patient,
        therapist=scene.therapist,
        option=scene.option,
        room=scene.rooms[1],
        status="completed",
        starts_at=clock.now() - timedelta(days=30),
    )
    return Actor(ActorType.STAFF, therapist)
