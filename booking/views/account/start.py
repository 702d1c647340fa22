"""The page that asks a new patient for their name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from booking.access.allauth_internals import email_proven_by_sign_in
from booking.access.patients import own_patient
from booking.actions.patients.open_account import open_patient_account
from booking.forms.account.start import StartForm
from booking.models import Patient, User
from booking.queries.patients.claimable import claimable_records
from booking.views.form_pages import signed_in_user, warn_about_phone
from clinic.lib.http.form_pages import form_status, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """GET /me/start/ asks for name and phone; POST creates the patient record."""
    user = signed_in_user(request)
    if own_patient(user) is not None:
        return see_other(_next_page(request))
    earlier = claimable_records(email_proven_by_sign_in(request)).first()
    data = request.POST if request.method == "POST" else None
    form = StartForm(data, initial=_known_details(user, earlier))
    if form.is_valid():
        phone = form.cleaned_data["phone"]
        open_patient_account(user, name=form.cleaned_data["name"], phone=phone)
        warn_about_phone(request, phone)
        return see_other(_next_page(request) if earlier is None else "me-claim")
    context = {"form": form, "next": _next_page(request)}
    return render(request, "booking/account/start.html", context, status=form_status(form))


def _known_details(user: User, earlier: Patient | None) -> dict[str, str]:
    """Return name and phone of the last booking under the proven address; empty without one."""
    if earlier is None:
        return {"name": user.name}
    return {"name": user.name or earlier.name, "phone": earlier.phone}


def _next_page(request: HttpRequest) -> str:
    """Return the page of the account that the user requested, or its first page."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = wanted.startswith("/me/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else "me"
