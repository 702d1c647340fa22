"""Patient records at the desk: search, show and edit those that the user may see."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access import proxies
from booking.access.roles import Ability, has_ability
from booking.actions.audit.reads import record_patient_read
from booking.actions.patients.confirm_account import confirm_account
from booking.actions.patients.erasure_requests import complete_erasure_request
from booking.actions.patients.update_patient import change_patient
from booking.errors import InvalidState, NotAllowed
from booking.forms.desk.patients import QUERY_MAX_LENGTH, PatientForm, PatientSearchForm
from booking.models import Patient
from booking.queries.health.scope import may_confirm_account
from booking.queries.health.shown_answers import awaits_confirmation
from booking.queries.notifications.confirmations import unconfirmed_appointments
from booking.queries.notifications.outbox import visible_mails_to_patient
from booking.queries.patients.erasure_requests import visible_requests
from booking.queries.patients.matching import look_alikes_of
from booking.queries.patients.record import (
    find_patient,
    undoable_merges,
    visible_appointments_of_patient,
    visit_counts,
)
from booking.queries.patients.restrictions import visible_restriction_requests
from booking.queries.patients.search import search_patients
from booking.views.desk.mailbox import mail_line
from booking.views.form_pages import (
    audited_staff_actor,
    clinic_region,
    clinic_zone,
    warn_about_phone,
)
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other

PAGE_SIZE = 30
MAX_APPOINTMENTS_SHOWN = 50


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """GET /desk/patients/?q=zoe+reader&page=2. A page out of range is the nearest one."""
    now, query = clock.now(), read_query(request)
    patients = search_patients(request.user, query, now, clinic_region(request))
    page = Paginator(patients, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "search_form": PatientSearchForm(query),
        "query": query,
        "page_query": urlencode({"q": query}),
        "page": page,
        "zone": clinic_zone(request),
    }
    return render(request, "booking/desk/patients/search.html", context)


@require_safe
def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET /desk/patients/<id>/: everything about the patient that the user may see."""
    now, user = clock.now(), request.user
    patient = patient_or_404(request, public_id, now)
    rows = list(visible_appointments_of_patient(user, patient, now)[:MAX_APPOINTMENTS_SHOWN])
    awaits = awaits_confirmation(patient)
    context: dict[str, Any] = {
        "patient": patient,
        "zone": clinic_zone(request),
        "awaits_confirmation": awaits,
        "may_confirm_account": awaits and may_confirm_account(user, patient, now),
        "health_readers": proxies.health_grants(patient) if awaits else [],
        "visit_counts": visit_counts(user, patient, now),
        "upcoming": [row for row in reversed(rows) if row.starts_at >= now],
        "past": [row for row in rows if row.starts_at < now],
        "is_truncated": len(rows) == MAX_APPOINTMENTS_SHOWN,
        "mails": [mail_line(row) for row in visible_mails_to_patient(user, patient, now)],
        "unconfirmed": unconfirmed_appointments(user, patient, now),
        "submission_id": uuid4(),
        "possible_duplicates": look_alikes_of(user, patient, now),
        "merges": undoable_merges(patient, now),
        "erasure": visible_requests(user).filter(patient=patient).first(),
        "restriction": visible_restriction_requests(user).filter(patient=patient).first(),
        "may_restrict": has_ability(user, Ability.ALL_CONTACTS),
        "can_see_audit_trail": has_ability(user, Ability.STAFF),
    }
    return render(request, "booking/desk/patients/record.html", context)


@require_POST
def finish_erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a request for erasure was carried out.

    Raises Http404 if the user may not see the request.
    """
    erasure = visible_requests(request.user).filter(pk=pk).first()
    if erasure is None:
        raise Http404
    try:
        complete_erasure_request(erasure, by=audited_staff_actor(request))
    except InvalidState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted."))
    return redirect_to_record(erasure.patient)


@require_POST
def confirm_patient_account(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST confirms that the patient is the one who signs in."""
    patient = patient_or_404(request, public_id, clock.now())
    try:
        confirm_account(patient, by=audited_staff_actor(request))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Confirmed. All answers are shown in the account now."))
    return redirect_to_record(patient)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows the form with the contact data, POST saves it."""
    patient = patient_or_404(request, public_id, clock.now())
    form = PatientForm(request.POST if request.method == "POST" else None, patient=patient)
    if form.is_valid():
        change_patient(patient, form.patient_data)
        messages.success(request, _("Saved."))
        warn_about_phone(request, form.patient_data.phone)
        return redirect_to_record(patient)
    return_url = reverse("desk-patient", args=[patient.public_id])
    context = {"form": form, "patient": patient, "back": return_url}
    return render(request, "booking/desk/patients/edit.html", context, status=form_status(form))


def patient_or_404(request: HttpRequest, public_id: UUID, now: datetime) -> Patient:
    """Return a patient, and record that the user reads the record.

    Raises Http404 if the user may not see the patient.
    """
    patient = find_patient(request.user, public_id, now)
    if patient is None:
        raise Http404
    record_patient_read(patient, by=audited_staff_actor(request))
    return patient


def redirect_to_record(patient: Patient) -> HttpResponse:
    """Redirect to the patient's record after a POST."""
    return see_other("desk-patient", patient.public_id)


def read_query(request: HttpRequest) -> str:
    """Return the search words (?q=), cut to the length of the search field."""
    return request.GET.get("q", "")[:QUERY_MAX_LENGTH].replace("\0", "")
