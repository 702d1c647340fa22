"""The copy of a patient's data: a ZIP with a JSON file and a readable page."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.actions.locks import write_action, write_transaction
from booking.models import ClinicProfile, Patient
from booking.queries.patients.export_parts import export_parts
from clinic.lib.dates import clock, date_format

JSON_NAME, HTML_NAME = "data.json", "data.html"


@write_action
def export_patient_data(patient: Patient, clinic: ClinicProfile, *, by: Actor) -> bytes:
    """Return the bytes of a ZIP with all data about a patient, and record that it was made."""
    now = clock.now()
    with write_transaction():
        parts = [(part, [dict(row) for row in part.rows(patient)]) for part in export_parts()]
        copy = AuditObject(ObjectType.COPY, patient.public_id, patient.pk, patient.email)
        record_audit(Action.EXPORTED, copy, by=by)
        answers = patient.screenings.select_related("patient", "appointment")
        log_health_access(answers, AccessAction.EXPORTED, AccessedContent.ANSWERS, by=by)
    data: dict[str, Any] = {"clinic": clinic.name, "made": now}
    data |= {part.name: rows for part, rows in parts}
    page = render_to_string(
        "booking/account/export.html",
        {
            "clinic": clinic,
            "made": date_format.long_datetime(now, clinic.zone),
            "parts": [
                (part.title, [_readable(row, clinic) for row in rows]) for part, rows in parts
            ],
        },
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            JSON_NAME, json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        )
        archive.writestr(HTML_NAME, page)
    return buffer.getvalue()


def _readable(row: dict[str, Any], clinic: ClinicProfile) -> list[tuple[str, str]]:
    """Return the names and values of a row as text for the page, without empty values."""
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
