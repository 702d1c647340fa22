"""Encrypted texts in which a person is named, although no key leads from them to the person."""

import json
from collections.abc import Iterator
from typing import TypeVar

from django.contrib.sessions.models import Session
from django.db.models import CharField, F, Model, Q, QuerySet
from django.db.models.functions import Cast

from booking.access.session_engine import decrypt_session
from booking.models import Appointment, AuditEntry, Notification, UserSession
from booking.registries.people import Person
from clinic.lib.crypto.cipher import DecryptionError

AnyModel = TypeVar("AnyModel", bound=Model)


def rows_that_name(person: Person, rows: "QuerySet[AnyModel]", *fields: str) -> Iterator[AnyModel]:
    """Yield the rows in whose encrypted fields the person is named. It decrypts all of them."""
    for row in rows.iterator():
        if any(_names(person, row, field) for field in fields):
            yield row


def mails_that_name(person: Person) -> Iterator[Notification]:
    """Yield the mails to others whose text or values name the person, such as lists of a day."""
    rows = Notification.objects.exclude(data="", rendered="")
    rows = rows.exclude(appointment__patient__in=person.record_pks)
    yield from rows_that_name(person, rows, "data", "rendered")


def drafts_that_name(person: Person) -> Iterator[Appointment]:
    """Yield the holds in whose draft the person is named; no booking became of them."""
    rows = Appointment.objects.filter(patient=None).exclude(draft="")
    yield from rows_that_name(person, rows, "draft")


def sessions_that_name(person: Person) -> Iterator[Session]:
    """Yield the sessions of visitors, not of members of staff, in whose data the person is named.

    Sessions of staff end by themselves within twelve hours.
    """
    staff = UserSession.objects.filter(user__staff_roles__isnull=False).values("row_key")
    for row in Session.objects.exclude(session_key__in=staff).iterator():
        data = decrypt_session(row)
        if data is not None and person.is_named_in(json.dumps(data, ensure_ascii=False)):
            yield row


def audit_entries_that_name(person: Person) -> "QuerySet[AuditEntry]":
    """Return the entries in whose details the person is named: settings of accounts, invitations.

    One pass over the table.
    """
    rows = AuditEntry.objects.annotate(text=Cast(F("details"), CharField()))
    named = Q(pk__in=())
    for text in person.texts():
        named |= Q(text__icontains=text) | Q(text__icontains=json.dumps(text)[1:-1])
    return rows.filter(named)


def _names(person: Person, row: Model, field: str) -> bool:
    try:
        return person.is_named_in(str(getattr(row, field)))
    except DecryptionError:
        return False
