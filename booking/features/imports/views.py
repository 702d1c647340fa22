"""Patients and appointments from another system: template, dry run, then all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.features.imports.actions import import_appointments, import_patients, save_import_draft
from booking.features.imports.errors import AlreadyImported
from booking.features.imports.forms import MAX_FILE_BYTES, ImportForm
from booking.features.imports.models import IMPORT_DRAFT_KEPT_FOR, ImportDraft
from booking.features.imports.queries.rows import (
    APPOINTMENT_COLUMNS,
    PATIENT_COLUMNS,
    REQUIRED_APPOINTMENT_COLUMNS,
    REQUIRED_PATIENT_COLUMNS,
    ParsedRows,
    parse_appointments,
    parse_patients,
)
from booking.models import ClinicProfile
from booking.views.form_pages import get_clinic_or_404, signed_in_user, staff_actor
from clinic.lib.dates import clock
from clinic.lib.files.csv_reading import CsvError, read_csv
from clinic.lib.files.csv_writing import write_csv
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other
from clinic.lib.http.uploads import accept_uploads, is_upload_too_large

TEMPLATE = "booking/features/imports/import.html"
MAX_FAULTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ImportType:
    """What can be brought along: its columns, the most lines at a time, and an example."""

    columns: Sequence[str]
    needed: Sequence[str]
    most: int
    example: Sequence[str]


IMPORT_TYPES: Mapping[str, ImportType] = {
    "patients": ImportType(
        PATIENT_COLUMNS,
        REQUIRED_PATIENT_COLUMNS,
        5000,
        ("Ana Reader", "ana@reader.example", "312 555 0142", "", "no", "yes"),
    ),
    "appointments": ImportType(
        APPOINTMENT_COLUMNS,
        REQUIRED_APPOINTMENT_COLUMNS,
        500,
        ("Ana Reader", "ana@reader.example", "312 555 0142", "Swedish massage", "60",
         "Maya Lindqvist", "", "2027-01-15", "09:30"),
    ),
}  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /desk/import/: what can be brought along, and how."""
    return _page(request)


@require_safe
def csv_template(request: HttpRequest, kind: str) -> HttpResponse:
    """GET /desk/import/<kind>.csv: the columns, and one line as an example."""
    found = _import_type_or_404(kind)
    return HttpResponse(
        write_csv(found.columns, [found.example]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{kind}.csv"'},
    )


@accept_uploads(MAX_FILE_BYTES)
@require_POST
def check_file(request: HttpRequest, kind: str) -> HttpResponse:
    """A dry run: what would be imported, or every fault by its line. Nothing is written."""
    _import_type_or_404(kind)
    clinic = get_clinic_or_404(request)
    sent = request.FILES
    form = ImportForm(request.POST, sent, kind=kind, too_large=is_upload_too_large(request))
    if not form.is_valid():
        return _page(request, forms={kind: form}, status=HTTP_UNPROCESSABLE)
    text = form.cleaned_data["file"]
    outside = form.cleaned_data.get("outside_hours", False)
    found = _parse(kind, text, clinic)
    faults = sorted([*found.faults, *_dry_run(request, found, outside)])
    if faults:
        context = {"kind": kind, "faults": faults[:MAX_FAULTS_SHOWN], "number": len(faults)}
        return render(
            request, "booking/features/imports/faults.html", context, status=HTTP_UNPROCESSABLE
        )
    draft = save_import_draft(signed_in_user(request), kind, text, outside_hours=outside)
    return render(request, "booking/features/imports/ready.html", {"draft": draft, "found": found})


@require_POST
def run_import(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write what was checked; should something have changed since, nothing."""
    clinic = get_clinic_or_404(request)
    fresh = ImportDraft.objects.filter(created_at__gt=clock.now() - IMPORT_DRAFT_KEPT_FOR)
    draft = get_object_or_404(fresh, public_id=public_id, user=signed_in_user(request))
    found = _parse(draft.kind, draft.content, clinic)
    try:
        faults = found.faults or _write(request, draft, found)
    except AlreadyImported as refusal:
        messages.info(request, str(refusal))
        return see_other("desk-patients")
    if faults:
        context = {"kind": draft.kind, "faults": faults[:MAX_FAULTS_SHOWN], "number": len(faults)}
        return render(request, "booking/features/imports/faults.html", context, status=409)
    messages.success(request, _success_sentence(found))
    return see_other("desk-patients")


def _write(request: HttpRequest, draft: ImportDraft, found: ParsedRows) -> Sequence[CsvError]:
    """All of it, or what is in the way."""
    if draft.kind == "patients":
        import_patients(found.patients, draft)
        return []
    return import_appointments(
        found.appointments, by=staff_actor(request), outside_hours=draft.outside_hours, draft=draft
    )


def _dry_run(request: HttpRequest, found: ParsedRows, outside: bool) -> Sequence[CsvError]:
    if not found.appointments:
        return []
    return import_appointments(found.appointments, by=staff_actor(request), outside_hours=outside)


def _parse(kind: str, text: str, clinic: ClinicProfile) -> ParsedRows:
    rules = _import_type_or_404(kind)
    sheet = read_csv(text, rules.columns, needed=rules.needed, most=rules.most)
    if kind == "patients":
        found = parse_patients(sheet.rows)
    else:
        found = parse_appointments(sheet.rows, clinic)
    return replace(found, faults=[*sheet.faults, *found.faults])


def _success_sentence(found: ParsedRows) -> str:
    number = len(found.appointments) or len(found.patients)
    if found.appointments:
        said = ngettext("%(n)s appointment is booked.", "%(n)s appointments are booked.", number)
    else:
        said = ngettext("%(n)s patient is new here.", "%(n)s patients are new here.", number)
    return said % {"n": number}


def _page(
    request: HttpRequest, forms: Mapping[str, ImportForm] | None = None, status: int = 200
) -> HttpResponse:
    get_clinic_or_404(request)
    context: dict[str, Any] = {
        "kinds": [
            (kind, rules, (forms or {}).get(kind) or ImportForm(kind=kind))
            for kind, rules in IMPORT_TYPES.items()
        ]
    }
    return render(request, TEMPLATE, context, status=status)


def _import_type_or_404(kind: str) -> ImportType:
    if kind not in IMPORT_TYPES:
        raise Http404
    return IMPORT_TYPES[kind]
