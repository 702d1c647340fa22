"""Patients and appointments from another system: template, dry run, then all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.actions.actor import Actor, Door
from booking.errors import ImportedAlready
from booking.features.imports.actions import import_appointments, import_patients, keep_import
from booking.features.imports.forms import MOST_BYTES, ImportForm
from booking.features.imports.models import KEPT_FOR, ImportDraft
from booking.features.imports.queries.rows import (
    APPOINTMENT_COLUMNS,
    APPOINTMENT_NEEDS,
    PATIENT_COLUMNS,
    PATIENT_NEEDS,
    Understood,
    understand_appointments,
    understand_patients,
)
from booking.models import ClinicProfile, User
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.files.csv_reading import Fault, read_csv
from clinic.lib.files.csv_writing import write_csv
from clinic.lib.http.uploads import takes_files, was_too_large

PAGE = "booking/features/imports/import.html"
FAULTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be brought along: its columns, the most lines at a time, and an example."""

    columns: Sequence[str]
    needed: Sequence[str]
    most: int
    example: Sequence[str]


KINDS: Mapping[str, Kind] = {
    "patients": Kind(
        PATIENT_COLUMNS,
        PATIENT_NEEDS,
        5000,
        ("Ana Reader", "ana@reader.example", "312 555 0142", "", "no", "yes"),
    ),
    "appointments": Kind(
        APPOINTMENT_COLUMNS,
        APPOINTMENT_NEEDS,
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
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """GET /desk/import/<kind>.csv: the columns, and one line as an example."""
    found = _kind(kind)
    return HttpResponse(
        write_csv(found.columns, [found.example]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{kind}.csv"'},
    )


@takes_files(MOST_BYTES)
@require_POST
def check(request: HttpRequest, kind: str) -> HttpResponse:
    """A dry run: what would be imported, or every fault by its line. Nothing is written."""
    _kind(kind)
    clinic = _clinic(request)
    sent = request.FILES
    form = ImportForm(request.POST, sent, kind=kind, too_large=was_too_large(request))
    if not form.is_valid():
        return _page(request, forms={kind: form}, status=422)
    text = form.cleaned_data["file"]
    outside = form.cleaned_data.get("outside_hours", False)
    found = _understand(kind, text, clinic)
    faults = sorted([*found.faults, *_dry_run(request, found, outside)])
    if faults:
        context = {"kind": kind, "faults": faults[:FAULTS_SHOWN], "number": len(faults)}
        return render(request, "booking/features/imports/faults.html", context, status=422)
    draft = keep_import(cast(User, request.user), kind, text, outside_hours=outside)
    return render(request, "booking/features/imports/ready.html", {"draft": draft, "found": found})


@require_POST
def run(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write what was checked; should something have changed since, nothing."""
    clinic = _clinic(request)
    fresh = ImportDraft.objects.filter(created_at__gt=clock.now() - KEPT_FOR)
    draft = get_object_or_404(fresh, public_id=public_id, user=cast(User, request.user))
    found = _understand(draft.kind, draft.content, clinic)
    try:
        faults = found.faults or _write(request, draft, found)
    except ImportedAlready as refusal:
        messages.info(request, str(refusal))
        return HttpResponseRedirect(reverse("desk-patients"))
    if faults:
        context = {"kind": draft.kind, "faults": faults[:FAULTS_SHOWN], "number": len(faults)}
        return render(request, "booking/features/imports/faults.html", context, status=409)
    messages.success(request, _done(found))
    return HttpResponseRedirect(reverse("desk-patients"))


def _write(request: HttpRequest, draft: ImportDraft, found: Understood) -> Sequence[Fault]:
    """All of it, or what is in the way."""
    if draft.kind == "patients":
        import_patients(found.patients, draft)
        return []
    by = Actor(Door.STAFF, cast(User, request.user))
    return import_appointments(
        found.appointments, by=by, outside_hours=draft.outside_hours, draft=draft
    )


def _dry_run(request: HttpRequest, found: Understood, outside: bool) -> Sequence[Fault]:
    if not found.appointments:
        return []
    by = Actor(Door.STAFF, cast(User, request.user))
    return import_appointments(found.appointments, by=by, outside_hours=outside)


def _understand(kind: str, text: str, clinic: ClinicProfile) -> Understood:
    rules = _kind(kind)
    sheet = read_csv(text, rules.columns, needed=rules.needed, most=rules.most)
    if kind == "patients":
        found = understand_patients(sheet.rows)
    else:
        found = understand_appointments(sheet.rows, clinic)
    return replace(found, faults=[*sheet.faults, *found.faults])


def _done(found: Understood) -> str:
    number = len(found.appointments) or len(found.patients)
    if found.appointments:
        said = ngettext("%(n)s appointment is booked.", "%(n)s appointments are booked.", number)
    else:
        said = ngettext("%(n)s patient is new here.", "%(n)s patients are new here.", number)
    return said % {"n": number}


def _page(
    request: HttpRequest, forms: Mapping[str, ImportForm] | None = None, status: int = 200
) -> HttpResponse:
    _clinic(request)
    context: dict[str, Any] = {
        "kinds": [
            (kind, rules, (forms or {}).get(kind) or ImportForm(kind=kind))
            for kind, rules in KINDS.items()
        ]
    }
    return render(request, PAGE, context, status=status)


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _clinic(request: HttpRequest) -> ClinicProfile:
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    return clinic
