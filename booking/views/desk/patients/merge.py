"""Two records of one person: chosen, looked at side by side, merged; and taken apart again."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access.scope import visible_patients
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.errors import CannotMergeWithItself, Refusal
from booking.forms.desk.patients import MergeForm
from booking.models import PatientMerge, User
from booking.queries.patients.matching import look_alikes_of
from booking.queries.patients.record import visible_appointments_of_patient, visit_counts
from booking.queries.patients.search import search_patients
from booking.views.desk.patients.record import (
    QUERY_MAX_LENGTH,
    clinic_zone,
    patient_or_404,
    redirect_to_record,
)
from clinic.lib.dates import clock

MAX_SHOWN = 20
TEMPLATE = "booking/desk/patients/merge.html"


@require_safe
def choose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET .../merge/?q=reader: with whom? Those who look alike come first."""
    now, user = clock.now(), request.user
    patient = patient_or_404(request, public_id, now)
    words = request.GET.get("q", "")[:QUERY_MAX_LENGTH].replace("\0", "")
    if words.strip():
        found = list(search_patients(user, words, now).exclude(pk=patient.pk)[:MAX_SHOWN])
    else:
        found = look_alikes_of(user, patient, now)
    context = {"patient": patient, "found": found, "words": words}
    return render(request, "booking/desk/patients/merge_with.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, public_id: UUID, other: UUID) -> HttpResponse:
    """GET shows both side by side, POST makes them one."""
    now, user = clock.now(), cast(User, request.user)
    kept, merged = (patient_or_404(request, pk, now) for pk in (public_id, other))
    form = MergeForm(request.POST or None, kept=kept, merged=merged)
    refusal: Refusal | None = CannotMergeWithItself() if kept == merged else None
    if refusal is None and request.method == "POST" and form.is_valid():
        try:
            merge_patients(kept, merged, form.contact, by=user)
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("The records are one now. For a day you can undo this."))
            return redirect_to_record(kept)
    context = {
        "form": form,
        "refusal": refusal,
        "kept": kept,
        "merged": merged,
        "sides": [(row, visit_counts(user, row, now)) for row in (kept, merged)],
        "moving": visible_appointments_of_patient(user, merged, now)[:MAX_SHOWN],
        "zone": clinic_zone(request),
    }
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, TEMPLATE, context, status=status)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Both records are there again."""
    now = clock.now()
    mine = PatientMerge.objects.filter(kept__in=visible_patients(request.user, now))
    row = get_object_or_404(mine.select_related("kept"), pk=pk)
    try:
        undo_merge(row, by=cast(User, request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back: both records are there again."))
    if visible_patients(request.user, now).filter(pk=row.kept_id).exists():
        return redirect_to_record(row.kept)
    return HttpResponseRedirect(reverse("desk-patients"))
