"""Import patients and appointments from another system.

The owner uploads a CSV file, which is checked by a dry run. A file without mistakes is kept as a
draft until the owner confirms it. Patients are written all together, appointments line by line; a
line whose time was taken meanwhile is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.errors import ChangeInProgress
from booking.features.imports.actions import (
    check_appointments,
    import_appointments,
    import_patients,
    save_import_draft,
)
from booking.features.imports.forms import MAX_FILE_BYTES, ImportForm
from booking.features.imports.models import ImportDraft
from booking.features.imports.queries.rows import (
    APPOINTMENT_COLUMNS,
    PATIENT_COLUMNS,
    REQUIRED_APPOINTMENT_COLUMNS,
    REQUIRED_PATIENT_COLUMNS,
    ParsedRows,
    parse_appointments,
    parse_patients,
)
from booking.forms.fields import phone_warning
from booking.models import ClinicProfile
from booking.views.form_pages import clinic_region, get_clinic_or_404, signed_in_user, staff_actor
from clinic.lib.database_wait import wait_limit
from clinic.lib.dates import clock
from clinic.lib.files.csv_reading import CsvError, read_csv
from clinic.lib.files.csv_writing import csv_response
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other
from clinic.lib.http.uploads import accept_uploads, is_upload_too_large

MAX_ERRORS_SHOWN = 100
HTTP_CONFLICT = 409
MAX_WAIT_SECONDS = 60
"""How long an import may wait for the database: it is many short transactions."""


@dataclass(frozen=True, slots=True)
class ImportType:
    """What can be imported: the columns of its file, and an example line for the template."""

    columns: Sequence[str]
    required: Sequence[str]
    max_rows: int
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
    """GET /desk/import/?outside_hours=on: the kinds of files, and a form for each."""
    return _page(request)


@require_safe
def csv_template(request: HttpRequest, name: str) -> HttpResponse:
    """GET /desk/import/<name>.csv: the columns, and an example line."""
    import_type = _import_type_or_404(name)
    return csv_response(f"{name}.csv", import_type.columns, [import_type.example])


@accept_uploads(MAX_FILE_BYTES)
@require_POST
def check_file(request: HttpRequest, name: str) -> HttpResponse:
    """Check a file by a dry run: show what would be imported, or all mistakes. Writes nothing."""
    _import_type_or_404(name)
    clinic = get_clinic_or_404(request)
    data, files = request.POST, request.FILES  # read before the question what was too large
    form = ImportForm(data, files, import_type=name, is_too_large=is_upload_too_large(request))
    if not form.is_valid():
        return _page(request, forms={name: form}, status=HTTP_UNPROCESSABLE)
    text = form.cleaned_data["file"]
    outside_hours = form.cleaned_data.get("outside_hours", False)
    parsed = _parse(name, text, clinic)
    errors = sorted([*parsed.errors, *_dry_run(request, parsed, outside_hours=outside_hours)])
    if errors:
        return _errors_page(request, errors, outside_hours=outside_hours, status=HTTP_UNPROCESSABLE)
    draft = save_import_draft(signed_in_user(request), name, text, outside_hours=outside_hours)
    return _ready_page(request, draft, parsed)


@require_POST
def run_import(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Import a draft that was checked, or go on with one that was interrupted.

    Lines that became impossible since are named. A draft that is imported already, or not kept any
    more, is answered with a message.
    """
    clinic = get_clinic_or_404(request)
    draft = get_object_or_404(ImportDraft, public_id=public_id, user=signed_in_user(request))
    was_finished = draft.finished_at is not None
    if draft.can_be_imported(clock.now()):
        parsed = _parse(draft.kind, draft.content, clinic)
        if parsed.errors and not draft.last_line:
            return _errors_page(
                request, parsed.errors, outside_hours=draft.outside_hours, status=HTTP_CONFLICT
            )
        try:
            _write(request, draft, parsed)
        except ChangeInProgress as refusal:
            messages.error(request, str(refusal))
            draft.refresh_from_db()
            return _ready_page(request, draft, parsed, status=HTTP_CONFLICT)
        draft.refresh_from_db()
    elif not was_finished:
        messages.warning(request, _expired_sentence(draft))
        return see_other("desk-import")
    if refused := draft.refused_lines():
        return _errors_page(
            request,
            refused,
            outside_hours=draft.outside_hours,
            status=HTTP_CONFLICT,
            booked=draft.imported,
        )
    if was_finished:
        messages.info(request, _already_sentence(draft.imported))
    else:
        messages.success(request, _success_sentence(draft))
    return see_other("desk-patients")


def _ready_page(
    request: HttpRequest, draft: ImportDraft, parsed: ParsedRows, status: int = 200
) -> HttpResponse:
    """Render the button that imports what is left of a file."""
    left = [new for new in parsed.appointments if new.line > draft.last_line]
    parsed = replace(parsed, appointments=left)
    context = {
        "draft": draft,
        "parsed": parsed,
        "phones_to_check": _phones_to_check(parsed, clinic_region(request))[:MAX_ERRORS_SHOWN],
    }
    return render(request, "booking/features/imports/ready.html", context, status=status)


def _phones_to_check(parsed: ParsedRows, region: str) -> list[CsvError]:
    """Return a warning for each line whose phone number has too few or too many digits."""
    phones = [(new.line, new.data.phone) for new in parsed.patients]
    phones += [(new.line, new.contact.phone) for new in parsed.appointments]
    sentences = ((line, phone_warning(phone, region)) for line, phone in phones)
    return [CsvError(line, sentence) for line, sentence in sentences if sentence]


def _write(request: HttpRequest, draft: ImportDraft, parsed: ParsedRows) -> None:
    """Write the rows of a draft that are not written yet."""
    by = staff_actor(request)
    with wait_limit(MAX_WAIT_SECONDS):
        if draft.kind == "patients":
            import_patients(parsed.patients, draft)
        else:
            import_appointments(parsed.appointments, draft, by=by, unreadable=parsed.errors)


def _dry_run(
    request: HttpRequest, parsed: ParsedRows, *, outside_hours: bool
) -> Sequence[CsvError]:
    by = staff_actor(request)
    with wait_limit(MAX_WAIT_SECONDS):
        return check_appointments(parsed.appointments, by=by, outside_hours=outside_hours)


def _parse(name: str, text: str, clinic: ClinicProfile) -> ParsedRows:
    import_type = _import_type_or_404(name)
    table = read_csv(
        text,
        import_type.columns,
        required=import_type.required,
        max_rows=import_type.max_rows,
    )
    if name == "patients":
        parsed = parse_patients(table.rows)
    else:
        parsed = parse_appointments(table.rows, clinic)
    return replace(parsed, errors=[*table.errors, *parsed.errors])


def _success_sentence(draft: ImportDraft) -> str:
    number = draft.imported
    if draft.kind == "appointments":
        text = ngettext("%(n)s appointment is booked.", "%(n)s appointments are booked.", number)
    else:
        text = ngettext("%(n)s patient is new here.", "%(n)s patients are new here.", number)
    return text % {"n": number}


def _already_sentence(number: int) -> str:
    text = ngettext(
        "This file was imported already: %(n)s line.",
        "This file was imported already: %(n)s lines.",
        number,
    )
    return text % {"n": number}


def _expired_sentence(draft: ImportDraft) -> str:
    if not draft.last_line:
        return _(
            "The file was checked more than an hour ago and is not kept any more. "
            "Nothing was imported. Please check it again."
        )
    text = ngettext(
        "The import was interrupted more than an hour ago, and the file is not kept any more. "
        "%(n)s line was imported. Please check the file again.",
        "The import was interrupted more than an hour ago, and the file is not kept any more. "
        "%(n)s lines were imported. Please check the file again.",
        draft.imported,
    )
    return text % {"n": draft.imported}


def _page(
    request: HttpRequest, forms: Mapping[str, ImportForm] | None = None, status: int = 200
) -> HttpResponse:
    get_clinic_or_404(request)
    initial = {"outside_hours": request.GET.get("outside_hours") == "on"}
    context: dict[str, Any] = {
        "import_types": [
            (name, rules, (forms or {}).get(name) or ImportForm(import_type=name, initial=initial))
            for name, rules in IMPORT_TYPES.items()
        ]
    }
    return render(request, "booking/features/imports/import.html", context, status=status)


def _errors_page(
    request: HttpRequest,
    errors: Sequence[CsvError],
    *,
    outside_hours: bool,
    status: int,
    booked: int = 0,
) -> HttpResponse:
    """Render the mistakes of a file, of which `booked` lines are imported all the same.

    What was checked for the file is kept for the next one.
    """
    context = {
        "booked": booked,
        "errors": errors[:MAX_ERRORS_SHOWN],
        "error_count": len(errors),
        "outside_hours": outside_hours,
    }
    return render(request, "booking/features/imports/errors.html", context, status=status)


def _import_type_or_404(name: str) -> ImportType:
    if name not in IMPORT_TYPES:
        raise Http404
    return IMPORT_TYPES[name]
