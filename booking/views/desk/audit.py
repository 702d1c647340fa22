"""The audit trail, for the owner: who did what, when, and from where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.forms.desk.audit import ACTIONS_BY_GROUP, AuditSearchForm
from booking.models import AuditEntry, ClinicProfile, Patient
from booking.queries.audit.entries import AuditSearch, patients_of, search_entries
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the list. `patient` is None if there is none, or their record was deleted."""

    entry: AuditEntry
    who: str
    patient: Patient | None
    about: str
    details: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """GET /desk/audit/?user=3&group=reads&patient=<id>&first=2026-12-01&page=2."""
    clinic = get_clinic_or_404(request)
    form = AuditSearchForm(request.GET.dict(), today=clinic.today(clock.now()))
    context = {"form": form, "zone": clinic.zone, "now": clock.now()}
    if not form.is_valid():
        return render(request, "booking/desk/audit.html", context, status=HTTP_UNPROCESSABLE)
    entries = search_entries(_search_of(form, clinic))
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    patients = patients_of(page)
    query = {name: value for name, value in request.GET.items() if name != "page" and value}
    context |= {
        "page": page,
        "lines": [_line(entry, patients) for entry in page],
        "page_query": urlencode(query),
        "patient": form.cleaned_data["patient"],
    }
    return render(request, "booking/desk/audit.html", context)


def _search_of(form: AuditSearchForm, clinic: ClinicProfile) -> AuditSearch:
    data = form.cleaned_data
    until = data["last"] + timedelta(days=1)
    return AuditSearch(
        since=datetime.combine(data["first"], time(), clinic.zone),
        until=datetime.combine(until, time(), clinic.zone),
        actions=ACTIONS_BY_GROUP[data["group"]],
        user=data["user"].pk if data["user"] else None,
        patient=data["patient"],
    )


def _line(entry: AuditEntry, patients: Mapping[int, Patient]) -> AuditLine:
    """Return an entry as a line. `about` is blank if it is about the user's own account."""
    patient = patients.get(entry.patient_pk or 0)
    affected = entry.affected_user
    about = str(affected) if affected is not None and affected != entry.user else ""
    return AuditLine(
        entry=entry,
        who=_author(entry),
        patient=patient,
        about=about or str(entry.details.get("to", "")),
        details=_details(entry),
    )


def _author(entry: AuditEntry) -> str:
    author = str(entry.user) if entry.user is not None else entry.get_actor_type_display()
    if "for_patient" in entry.details:
        return _("%(name)s, for the patient") % {"name": author}
    return author


def _details(entry: AuditEntry) -> str:
    """Return the details of an entry as text, such as the fields that were changed."""
    parts = []
    for label, key in (
        ("", "setting"), ("", "therapist"), ("", "kind"), ("", "name"),
        (_("fields"), "fields"), (_("roles"), "roles"), (_("event"), "event"),
        (_("page"), "page"), (_("with"), "methods"), (_("lines"), "lines"), (_("type"), "type"),
    ):  # fmt: skip
        value = entry.details.get(key)
        if value:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            parts.append(f"{label}: {text}" if label else text)
    return " · ".join(parts)
