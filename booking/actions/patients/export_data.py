"""The copy of everything that is held about a patient, as JSON and as a page, in one ZIP."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.template.loader import render_to_string

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.actions.locks import write_action, write_transaction
from booking.models import ClinicProfile, Patient, Screening
from booking.queries.patients.export_parts import (
    TEAM_NOTES,
    account_parts,
    email_parts,
    export_parts,
    shown_screenings,
)
from booking.registries.patient_export import EmailPart, ExportPart
from booking.registries.people import Person
from clinic.lib.dates import clock, date_format

JSON_NAME, HTML_NAME = "data.json", "data.html"
ADDRESS_FOLDER = "address"
Part = ExportPart | EmailPart
PartRows = list[tuple[Part, list[dict[str, Any]]]]


@write_action
def export_patient_data(patient: Patient, clinic: ClinicProfile, *, by: Actor) -> bytes:
    """Return a ZIP with everything held about a patient, and record that it was made.

    Of the health answers it holds those that the account shows. With the record of somebody who has
    an account comes what is held under its address.
    """
    with write_transaction():
        parts = _record_parts(patient, by, account_parts(patient), shown_screenings(patient))
        if patient.user is not None:
            parts += _email_parts([patient.user.email])
    return _zip({"": parts}, clinic)


@write_action
def export_person(person: Person, clinic: ClinicProfile, *, by: Actor) -> bytes:
    """Return a ZIP with a folder for each record of a person, and one for what is held under their
    addresses without a record. Record that it was made.

    The clinic gives it to the person, so the team's own notes are in it.
    """
    with write_transaction():
        folders = {
            f"record-{number}": _record_parts(
                record, by, [*export_parts(), TEAM_NOTES], record.screenings.all()
            )
            for number, record in enumerate(person.records, start=1)
        }
        folders[ADDRESS_FOLDER] = _email_parts(sorted(person.emails))
        for account in () if person.records else person.accounts:
            record_audit(Action.EXPORTED, AuditObject(ObjectType.COPY, email=account.email), by=by)
    return _zip(folders, clinic)


def _record_parts(
    patient: Patient, by: Actor, wanted: Iterable[ExportPart], screenings: QuerySet[Screening]
) -> PartRows:
    """Read parts of a record, and record in the audit trail that they were exported.

    `screenings` are the answers that are in them.
    """
    parts = [(part, [dict(row) for row in part.rows(patient)]) for part in wanted]
    copy = AuditObject(ObjectType.COPY, patient.public_id, patient.pk, patient.email)
    record_audit(Action.EXPORTED, copy, by=by)
    answers = screenings.select_related("patient", "appointment")
    log_health_access(answers, AccessAction.EXPORTED, AccessedContent.ANSWERS, by=by)
    return list(parts)


def _email_parts(emails: Iterable[str]) -> PartRows:
    addresses = list(emails)
    return [
        (part, [dict(row) for email in addresses for row in part.rows(email)])
        for part in email_parts()
    ]


def _zip(folders: Mapping[str, PartRows], clinic: ClinicProfile) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, parts in folders.items():
            for name, content in _files(parts, clinic):
                archive.writestr(f"{folder}/{name}" if folder else name, content)
    return buffer.getvalue()


def _files(parts: PartRows, clinic: ClinicProfile) -> Iterator[tuple[str, str]]:
    """Yield the names and contents of the two files of a folder."""
    now = clock.now()
    data: dict[str, Any] = {"clinic": clinic.name, "made": now}
    data |= {part.name: rows for part, rows in parts}
    yield JSON_NAME, json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    context = {
        "clinic": clinic,
        "has_team_notes": TEAM_NOTES.name in data,
        "made": date_format.long_datetime(now, clinic.zone),
        "parts": [(part.title, [_readable(row, clinic) for row in rows]) for part, rows in parts],
    }
    yield HTML_NAME, render_to_string("booking/account/export.html", context)


def _readable(row: dict[str, Any], clinic: ClinicProfile) -> list[tuple[str, str]]:
    """Return names and values as people read them, without what is empty."""
    pairs = [(name.replace("_", " "), _text(value, clinic)) for name, value in row.items()]
    return [(name, text) for name, text in pairs if text]


def _text(value: Any, clinic: ClinicProfile) -> str:
    if isinstance(value, datetime):
        return date_format.long_datetime(value, clinic.zone)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return "" if value is None else str(value)
