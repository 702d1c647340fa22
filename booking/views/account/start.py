"""The first page of a patient's account, which asks for the name once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from booking.access.patients import own_patient
from booking.actions.patients.open_account import open_patient_account
from booking.forms.account.start import StartForm
from booking.views.form_pages import signed_in_user, warn_about_phone
from clinic.lib.http.form_pages import form_status, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """GET /me/start/ asks for name and phone; POST makes the patient record, once."""
    user = signed_in_user(request)
    if own_patient(user) is not None:
        return see_other(_next_page(request))
    form = StartForm(
        request.POST if request.method == "POST" else None, initial={"name": user.name}
    )
    if form.is_valid():
        phone = form.cleaned_data["phone"]
        open_patient_account(user, name=form.cleaned_data["name"], phone=phone)
        warn_about_phone(request, phone)
        return see_other(_next_page(request))
    context = {"form": form, "next": _next_page(request)}
    return render(request, "booking/account/start.html", context, status=form_status(form))


def _next_page(request: HttpRequest) -> str:
    """Return the page of the account that was asked for, or its first one."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = wanted.startswith("/me/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else "me"
