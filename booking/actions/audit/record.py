"""Record what somebody does, in the audit trail."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from booking.access.acting import cached_acting
from booking.access.roles import is_staff_account
from booking.actions.actor import Actor, ActorType
from booking.models import AuditEntry, Patient, User
from booking.queries.audit.email_hashes import hash_email
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import access_mark_of
from clinic.lib.http.current_request import current_request

Action = AuditEntry.Action
ObjectType = AuditEntry.ObjectType
Area = AuditEntry.Area
AREA_BY_GATE: Mapping[str, Area] = {
    "desk_gate": Area.DESK,
    "owner_gate": Area.DESK,
    "lock_screen_gate": Area.DESK,
    "admin_gate": Area.BACK_OFFICE,
    "account_gate": Area.ACCOUNT,
    "account_menu_gate": Area.ACCOUNT,
    "patient_gate": Area.PATIENT,
    "signed_in_gate": Area.ACCOUNT,
}
"""The area of the addresses behind each gate. All other addresses are public."""


@dataclass(frozen=True, slots=True)
class AuditObject:
    """The object of an entry: what somebody reads, changes or exports.

    Attributes:
        record_id: Its public id.
        patient_pk, email: The patient. Only a keyed hash of the address is stored.
        affected_user: The member of staff, or the proxy, whom the entry is about.
        details: JSON values, without health data or other data of patients.
    """

    object_type: ObjectType
    record_id: UUID | None = None
    patient_pk: int | None = None
    email: str = ""
    affected_user: User | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def patient_object(patient: Patient, **details: Any) -> AuditObject:
    """Return a patient's record as the object of an entry."""
    return AuditObject(
        ObjectType.PATIENT, patient.public_id, patient.pk, patient.email, details=details
    )


def record_audit(action: Action, audit_object: AuditObject, *, by: Actor | None = None) -> None:
    """Add one entry, by `by` or else `current_actor()`.

    Call it in the transaction of what it records. One query.
    """
    _entry(action, audit_object, by or current_actor(), clock.now()).save(force_insert=True)


def record_once_an_hour(
    action: Action, audit_objects: Iterable[AuditObject], *, by: Actor | None = None
) -> None:
    """Add an entry for each object, unless the actor has one for it in this clock hour.

    One query, or none if this process has recorded all of them already.
    """
    actor, now = by or current_actor(), clock.now()
    entries = {}
    for audit_object in audit_objects:
        entry = _entry(action, audit_object, actor, now)
        entry.once_key = _once_key(entry)
        if not _already_recorded.contains(entry.once_key, now):
            entries[entry.once_key] = entry
    if entries:
        AuditEntry.objects.bulk_create(entries.values(), ignore_conflicts=True)
        transaction.on_commit(lambda: _already_recorded.add(entries, now))


class _RecordedKeys:
    """The keys that this process has recorded in the present clock hour.

    They only save queries: `once_key` is unique, and the database ignores an entry whose key
    another process has recorded.
    """

    def __init__(self) -> None:
        self._hour = ""
        self._keys: set[str] = set()

    def contains(self, key: str, now: datetime) -> bool:
        return self._hour == _clock_hour(now) and key in self._keys

    def add(self, keys: Iterable[str], now: datetime) -> None:
        if self._hour != _clock_hour(now):
            self._hour, self._keys = _clock_hour(now), set()
        self._keys.update(keys)


_already_recorded = _RecordedKeys()


def current_actor() -> Actor:
    """Return the actor of the request that is being answered; the system outside of requests."""
    request = current_request()
    if request is None:
        return Actor.system()
    user: User | AnonymousUser = getattr(request, "user", AnonymousUser())
    ip_address = str(request.META.get("REMOTE_ADDR", ""))
    if not isinstance(user, User) or not user.is_authenticated:
        return Actor.guest(ip_address)
    if (acting := cached_acting(request)) is not None:
        return Actor(ActorType.PATIENT, user, ip_address, for_patient=acting.patient)
    actor_type = ActorType.STAFF if is_staff_account(user) else ActorType.PATIENT
    return Actor(actor_type, user, ip_address)


def current_area() -> Area:
    """Return the area of the site whose request is being answered; SERVER outside of requests."""
    request = current_request()
    return Area.SERVER if request is None else area_of(request)


def area_of(request: HttpRequest) -> Area:
    """Return the part of the site that a request is for."""
    match = request.resolver_match
    mark = access_mark_of(match.func) if match is not None else ""
    return AREA_BY_GATE.get(mark, Area.PUBLIC)


def _entry(action: Action, audit_object: AuditObject, by: Actor, now: datetime) -> AuditEntry:
    address = by.ip_address
    request = current_request()
    if not address and request is not None:
        address = str(request.META.get("REMOTE_ADDR", ""))
    return AuditEntry(
        at=now,
        action=action,
        object_type=audit_object.object_type,
        record_id=audit_object.record_id,
        patient_pk=audit_object.patient_pk or (by.for_patient.pk if by.for_patient else None),
        email_hash=hash_email(audit_object.email),
        actor_type=by.actor_type,
        user=by.user,
        affected_user=audit_object.affected_user,
        area=current_area(),
        ip_address=address,
        details=dict(audit_object.details) | _acted_for(by),
    )


def _acted_for(by: Actor) -> dict[str, str]:
    """Return the detail that names the patient for whom a proxy acts; empty for others."""
    return {"for_patient": str(by.for_patient.public_id)} if by.for_patient else {}


def _once_key(entry: AuditEntry) -> str:
    """Return a key of an entry: the same for all of one actor, action and object in a clock
    hour."""
    who = entry.user_id if entry.user_id is not None else f"{entry.actor_type} {entry.ip_address}"
    parts = (
        _clock_hour(entry.at),
        who,
        entry.action,
        entry.object_type,
        entry.record_id,
        entry.patient_pk,
        sorted(entry.details.items()),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _clock_hour(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H")
