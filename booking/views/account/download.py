"""The copy of a patient's data, and the request to erase it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.patients.erasure_requests import request_erasure, withdraw_erasure
from booking.actions.patients.export_data import export_patient_data
from booking.actions.rate_limit import RateLimit, count_use
from booking.errors import ErasureAlreadyRequested
from booking.forms.account.restriction import RestrictionRequestForm
from booking.queries.patients.erasure_requests import open_request_of
from booking.queries.patients.restrictions import open_restriction_request_of
from booking.views.account.own_record import (
    has_signed_in_recently,
    needs_recent_sign_in,
    own_actor,
    own_record,
)
from booking.views.form_pages import clinic_zone, get_clinic_or_404
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other

DOWNLOAD_LIMIT = RateLimit("download", most=10, minutes=60)


@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest) -> HttpResponse:
    """GET /me/download/ explains the copy; POST, after a recent sign-in, responds with the file."""
    if request.method == "POST":
        return _download_file(request)
    return own_data_page(request, RestrictionRequestForm())


def own_data_page(request: HttpRequest, form: RestrictionRequestForm) -> HttpResponse:
    """Render /me/download/ with the form that asks for a restriction, 422 if it was sent."""
    patient = own_record(request)
    context = {
        "is_recent": has_signed_in_recently(request),
        "erasure": open_request_of(patient),
        "patient": patient,
        "restriction": open_restriction_request_of(patient),
        "restriction_form": form,
        "zone": clinic_zone(request),
    }
    return render(request, "booking/account/download.html", context, status=form_status(form))


@needs_recent_sign_in
def _download_file(request: HttpRequest) -> HttpResponse:
    patient, clinic = own_record(request), get_clinic_or_404(request)
    count_use(DOWNLOAD_LIMIT, f"patient {patient.pk}")
    content = export_patient_data(patient, clinic, by=own_actor(request))
    day = clinic.today(clock.now()).isoformat()
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{day}.zip"'
    return response


@require_POST
@needs_recent_sign_in
def ask_for_erasure(request: HttpRequest) -> HttpResponse:
    """POST asks the clinic to erase the patient's data."""
    try:
        request_erasure(own_record(request), by=own_actor(request))
    except ErasureAlreadyRequested as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("We have your request, and will get back to you."))
    return see_other("me-download")


@require_POST
def withdraw_erasure_request(request: HttpRequest) -> HttpResponse:
    """POST withdraws the request."""
    withdraw_erasure(own_record(request), by=own_actor(request))
    messages.success(request, _("Your request is withdrawn. Nothing is erased."))
    return see_other("me-download")
