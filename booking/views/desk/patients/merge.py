"""Merge two records of one person: choose, compare, merge, and undo."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access.scope import visible_patients
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.errors import CannotMergeWithItself, Refusal
from booking.forms.desk.patients import MergeForm, PatientSearchForm
from booking.models import PatientMerge
from booking.queries.patients.matching import look_alikes_of
from booking.queries.patients.record import visible_appointments_of_patient, visit_counts
from booking.queries.patients.search import search_patients
from booking.views.desk.patients.record import (
    patient_or_404,
    read_query,
    redirect_to_record,
)
from booking.views.form_pages import clinic_region, clinic_zone, signed_in_user
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other

MAX_SHOWN = 20
TEMPLATE = "booking/desk/patients/merge.html"


@require_safe
def choose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET .../merge/?q=reader: choose the other record. Without `q`, similar ones are shown."""
    now, user = clock.now(), request.user
    patient = patient_or_404(request, public_id, now)
    query = read_query(request)
    if query.strip():
        found = search_patients(user, query, now, clinic_region(request))
        candidates = list(found.exclude(pk=patient.pk)[:MAX_SHOWN])
    else:
        candidates = look_alikes_of(user, patient, now)
    context = {
        "patient": patient,
        "candidates": candidates,
        "query": query,
        "search_form": PatientSearchForm(query),
    }
    return render(request, "booking/desk/patients/merge_with.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, public_id: UUID, other: UUID) -> HttpResponse:
    """GET shows both records side by side, POST merges them."""
    now, user = clock.now(), signed_in_user(request)
    remaining, duplicate = (patient_or_404(request, pk, now) for pk in (public_id, other))
    data = request.POST if request.method == "POST" else None
    form = MergeForm(data, remaining=remaining, duplicate=duplicate)
    refusal: Refusal | None = CannotMergeWithItself() if remaining == duplicate else None
    if refusal is None and form.is_valid():
        try:
            merge_patients(remaining, duplicate, form.contact, by=user)
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("The records are one now. For a day you can undo this."))
            return redirect_to_record(remaining)
    context = {
        "form": form,
        "refusal": refusal,
        "remaining": remaining,
        "duplicate": duplicate,
        "sides": [(row, visit_counts(user, row, now)) for row in (remaining, duplicate)],
        "moving": visible_appointments_of_patient(user, duplicate, now)[:MAX_SHOWN],
        "zone": clinic_zone(request),
    }
    status = refusal.status if refusal else form_status(form)
    return render(request, TEMPLATE, context, status=status)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merge: both records exist again."""
    now = clock.now()
    visible = PatientMerge.objects.filter(remaining__in=visible_patients(request.user, now))
    row = get_object_or_404(visible.select_related("remaining"), pk=pk)
    try:
        undo_merge(row, by=signed_in_user(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back: both records are there again."))
    if visible_patients(request.user, now).filter(pk=row.remaining_id).exists():
        return redirect_to_record(row.remaining)
    return see_other("desk-patients")
