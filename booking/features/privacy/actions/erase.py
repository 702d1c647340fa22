"""Erase a person: what names them goes, what the law keeps is sealed, what is counted stays."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.record_event import record_event
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.erasure_parts import erasable_accounts, erasure_parts, own_emails
from booking.actions.patients.erasure_permit import permission_to_erase
from booking.features.privacy.errors import HasAppointments, NobodyToErase, RecordRestricted
from booking.features.privacy.models import SealedRecord
from booking.features.privacy.queries.erasure_plan import (
    ErasurePlan,
    plan_erasure,
    retained_of,
    upcoming_appointments,
)
from booking.features.privacy.queries.retention import RetainedData
from booking.features.privacy.queries.stored_content import stored_content
from booking.lifecycle import Status
from booking.models import ClinicProfile, Patient, User
from booking.queries.patients.person import find_person_of
from booking.registries.erasures_after_restore import record_address_erasure, record_erasure
from booking.registries.people import Person
from clinic.lib.dates import clock


def preview_erasure(person: Person, clinic: ClinicProfile) -> ErasurePlan:
    """Return what an erasure would do. It changes nothing."""
    return plan_erasure(person, erasure_parts(), clinic, clock.now())


def is_erased(person: Person) -> bool:
    """Whether nothing is left that an erasure would remove."""
    if any(record.erased_at is None for record in person.records) or erasable_accounts(person):
        return False
    return bool(person.records) or not any(part.count(person) for part in erasure_parts())


@write_action
def erase_person(person: Person, clinic: ClinicProfile, *, by: Actor) -> None:
    """Erase a person for good, and record it in the audit trail and beside the backups.

    Raises HasAppointments while an appointment has not taken place, RecordRestricted while a
    record is restricted, and NobodyToErase if there is nothing, or nothing any more.
    """
    if is_erased(person):
        raise NobodyToErase()
    _require_not_restricted(person)
    _erase_mentions(person)
    with write_transaction():
        _lock(person)
        _require_not_restricted(person)
        now = clock.now()
        if upcoming_appointments(person, now):
            raise HasAppointments()
        _erase(person, clinic, now, by=by)


@write_action
def erase_after_restore(patient: Patient) -> None:
    """Erase a record again after a restore, without questions. It can be repeated.

    Appointments that a backup has brought back are cancelled, and nobody is told.
    """
    clinic = ClinicProfile.objects.get()
    found = find_person_of(patient)
    accounts = tuple(account for account in found.accounts if account.pk == patient.user_id)
    person = Person((patient,), accounts, found.emails)
    _erase_mentions(person)
    with write_transaction():
        _lock(person)
        now = clock.now()
        for row in upcoming_appointments(person, now):
            row.status, row.cancelled_at = Status.CANCELLED, now
            row.sequence += 1
            row.save(update_fields=["status", "cancelled_at", "sequence"])
            record_event(row, EventKind.CANCELLED, by=Actor.system(), patient_notified=False)
        _erase(person, clinic, now, by=Actor.system())


@write_action
def _erase_mentions(person: Person) -> None:
    """Run the parts that search through encrypted texts, each in a transaction of its own."""
    now = clock.now()
    for part in erasure_parts():
        if part.is_search:
            with write_transaction():
                part.erase(person, now)


def _erase(person: Person, clinic: ClinicProfile, now: datetime, *, by: Actor) -> None:
    for record, retained in retained_of(person, clinic, now):
        if record.erased_at is None:
            _seal(record, retained, now)
    with permission_to_erase():
        for part in erasure_parts():
            if not part.is_search:
                part.erase(person, now)
    for record in person.records:
        sealed = list(SealedRecord.objects.filter(patient=record).values_list("kind", flat=True))
        erased = AuditObject(
            ObjectType.PATIENT, record.public_id, record.pk, details={"sealed": sealed}
        )
        record_audit(Action.DELETED, erased, by=by)
        record_erasure(record.public_id, now)
    for email in _emails_of_nobody_else(person):
        record_address_erasure(email, now)


def _require_not_restricted(person: Person) -> None:
    """Raise RecordRestricted. What was merged follows the restriction of the record it is in."""
    rows = Patient.objects.current().filter(pk__in=person.record_pks)
    if rows.exclude(restricted_since=None).exists():
        raise RecordRestricted()


def _emails_of_nobody_else(person: Person) -> list[str]:
    """Return the addresses of an erased person with which nobody else signs in, such as a parent:
    that account must not be erased after a restore."""
    emails = own_emails(person)
    others = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    return [email for email in emails if email not in others]


def _lock(person: Person) -> None:
    rows: QuerySet[Patient] = Patient.objects.filter(pk__in=person.record_pks).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True))


def _seal(record: Patient, retained: Iterable[RetainedData], now: datetime) -> None:
    """Encrypt what the law keeps of a record, with the answers word for word."""
    for kept in retained:
        SealedRecord.objects.create(
            patient=record,
            kind=kept.kind,
            content=json.dumps(stored_content(record, kept.kind), cls=DjangoJSONEncoder),
            because=kept.reasons,
            sealed_at=now,
            keep_until=kept.keep_until,
        )
