"""A person with a marker in every text, and the search for it in the whole database."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model

from booking.access.session_engine import SessionStore, decrypt_session
from booking.features.imports.models import ImportDraft
from booking.features.proxies.models import (
    DateOfBirth,
    HiddenAppointment,
    ProxyEnd,
    ProxyInvitation,
    ProxyRequest,
    ProxyReview,
    RecordTakeover,
)
from booking.models import (
    BookingOrigin,
    Favorite,
    Patient,
    PatientChoice,
    ProvenEmail,
    ReceiptFile,
    User,
)
from booking.queries.audit.email_hashes import hash_email
from booking.queries.patients.proven_emails import mailbox_hash
from booking.screening.records import SessionPreferences
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.health.answers import answer_set
from tests.factories.articles import CommentFactory
from tests.factories.proxies import ProxyFactory
from tests.people import browser_of, member, patient_user

MARKER = "qzxmarker"
EMAIL = f"{MARKER}@mail.example"
OLD_EMAIL = f"old-{MARKER}@mail.example"
NAME = f"Ana {MARKER} Reader"
DAYS = timedelta(days=1)


def make_whole_person(now: datetime) -> Patient:
    """Return a patient with rows in every table that can hold something about one."""
    account = patient_user(email=EMAIL, name=NAME)
    patient: Patient = make.PatientFactory(
        name=NAME,
        email=EMAIL,
        own_email=EMAIL,
        phone="+1 312 555 0177",
        addressed_as=MARKER,
        spoken_language=MARKER,
        emergency_name=f"Ben {MARKER}",
        emergency_phone="+1 312 555 0178",
        user=account,
    )
    merged = make.PatientFactory(name=f"A. {MARKER}", email=OLD_EMAIL, merged_into=patient)
    make.PatientMergeFactory(
        remaining=patient, duplicate=merged, undo={"remaining": {"name": MARKER}}
    )
    _visits(patient, now)
    _account_rows(patient, account, now)
    _rows_that_name(account, now)
    _family(patient, account)
    return patient


def _visits(patient: Patient, now: datetime) -> None:
    texts = {name: f"{name} {MARKER}" for name in ("patient_note", "team_note", "cancel_reason")}
    visit = make.AppointmentFactory(
        patient=patient, starts_at=now - 30 * DAYS, status="completed", **texts
    )
    wishes = SessionPreferences("light", f"knee {MARKER}", ())
    screening = make.ScreeningFactory(
        appointment=visit, answer_set=answer_set("q22/latex"), preferences=wishes
    )
    make.MedicalClearanceFactory(screening=screening)
    make.CallbackRequestFactory(screening=screening)
    payment = make.PaymentFactory(appointment=visit)
    ReceiptFile.objects.create(payment=payment, content=MARKER)
    BookingOrigin.objects.create(
        appointment=visit, address="a", network="n", mailbox=mailbox_hash(EMAIL)
    )
    HiddenAppointment.objects.create(appointment=visit)
    make.NotificationFactory(
        kind="booked", is_to_patient=True, appointment=visit, to_email=EMAIL, to_name=NAME,
        link_version=1, mailbox=EMAIL, data=f'"{MARKER}"', rendered=MARKER, problem=MARKER,
    )  # fmt: skip
    make.NotificationFactory(
        kind="staff-booked", appointment=visit, to_email="therapist@clinic.example",
        data=f'"{MARKER}"', rendered=MARKER,
    )  # fmt: skip
    make.CalendarFeedFactory(patient=patient, therapist=None)
    make.ErasureRequestFactory(patient=patient)
    Favorite.objects.create(patient=patient, option=visit.option, therapist=visit.therapist)
    PatientChoice.objects.create(
        patient=patient, subject="reminders", is_wanted=True, version="1", actor_type="patient"
    )


def _account_rows(patient: Patient, account: User, now: datetime) -> None:
    browser_of(account)
    EmailAddress.objects.create(user=account, email=EMAIL, verified=True)
    make.EmailChangeFactory(user=account, old_email=OLD_EMAIL, new_email=EMAIL, completed_at=now)
    ProvenEmail.objects.create(mailbox=mailbox_hash(EMAIL), proven_at=now)
    make.AuditEntryFactory(
        actor_type="patient", user=account, patient_pk=patient.pk, ip_address="192.0.2.77",
        email_hash=hash_email(EMAIL), once_key="k" * 64,
    )  # fmt: skip
    make.AuditEntryFactory(
        object_type="setting", action="changed", details={"setting": f"user: {NAME}"}
    )
    owner = member(email="owner@clinic.example")
    LogEntry.objects.create(
        user=owner, content_type=ContentType.objects.get_for_model(User), object_id=account.pk,
        object_repr=NAME, action_flag=CHANGE, change_message="",
    )  # fmt: skip


def _rows_that_name(account: User, now: datetime) -> None:
    make.NotificationFactory(kind="sign-in", to_email=EMAIL, to_name=NAME)
    make.NotificationFactory(
        kind="contact", to_email="clinic@clinic.example", data=json.dumps({"email": EMAIL})
    )
    make.AppointmentFactory(
        held=True, status="expired", starts_at=now - 2 * DAYS,
        draft=json.dumps({"name": NAME, "email": EMAIL}),
    )  # fmt: skip
    ImportDraft.objects.create(user=account, kind="patients", content=f"{NAME},{EMAIL}")
    staff = member(email="import@clinic.example")
    ImportDraft.objects.create(user=staff, kind="patients", content=f"{NAME},{EMAIL}")
    CommentFactory(email=EMAIL, name=NAME, text=MARKER)
    session = SessionStore()
    session["typed"] = {"email": EMAIL}
    session.save()


def _family(patient: Patient, account: User) -> None:
    carer = patient_user(email="carer@mail.example", name="Ben Carer")
    grant = ProxyFactory(actor=carer, patient=patient, granted_by=account)
    ProxyEnd.objects.create(proxy=grant, side="patient", by=account)
    ProxyReview.objects.create(proxy=grant, reason="ended", due_on=clock.now().date())
    child = make.PatientFactory(name="Kim Child", email="", phone="")
    ProxyFactory(actor=account, patient=child, granted_by=account)
    for whose in (patient, child):
        DateOfBirth.objects.create(patient=whose, born_on="2020-01-01", entered_by=account)
    for email, basis in ((EMAIL, "consent"), ("", "court")):
        ProxyRequest.objects.create(
            actor=carer, name=NAME, email=email, basis=basis, may_book=True,
            closes_at=clock.now() + DAYS,
        )  # fmt: skip
    for sender, record, email in ((account, patient, "helper@x.example"), (carer, child, EMAIL)):
        ProxyInvitation.objects.create(
            patient=record, invited_by=sender, email=email, may_book=True,
            token_hash=str(record.public_id),
            closes_at=clock.now() + DAYS,
        )  # fmt: skip
    RecordTakeover.objects.create(user=account, born_on="2010-05-01", closes_at=clock.now() + DAYS)


def dump_database() -> Iterator[tuple[str, str]]:
    """Yield the name of each table and each value in it, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # names of our own tables
            for row in cursor.fetchall():
                for value in row:
                    yield table, str(value)


def decrypted_values() -> Iterator[tuple[str, str]]:
    """Yield the label of each model and each encrypted value in it, decrypted."""
    for model in apps.get_models():
        fields = [f for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        for row in model._default_manager.all() if fields else ():
            for field in fields:
                yield model._meta.label, _plain(row, field)
    for session in Session.objects.all():
        yield "sessions.Session", json.dumps(decrypt_session(session))


def _plain(row: Model, field: EncryptedTextField) -> str:
    try:
        return str(getattr(row, field.attname))
    except DecryptionError:
        return ""


def places_of(*words: str, but: tuple[str, ...] = ()) -> set[str]:
    """Return the tables and models in which one of the words is found, in plain or decrypted."""
    found = [*dump_database(), *decrypted_values()]
    return {
        place
        for place, value in found
        if place not in but and any(word.lower() in value.lower() for word in words)
    }


def files_with(word: str) -> list[str]:
    """Return the files in MEDIA_ROOT that hold a word."""
    files = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    return [path.name for path in files if word.encode() in path.read_bytes()]
