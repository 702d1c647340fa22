"""The first page of the patient's account, and its part of the header of every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.access.acting import acting_of, for_proxies
from booking.access.patients import current_patient
from booking.queries.appointments.own import upcoming_appointments
from clinic.lib.dates import clock


@for_proxies()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """GET /me/: the patient's appointments, as far as who acts for them may see them."""
    patient, acting = current_patient(request), acting_of(request)
    upcoming = upcoming_appointments(patient, clock.now(), acting)
    context = {"patient": patient, "acting": acting, "upcoming": upcoming}
    return render(request, "booking/account/home.html", context)


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """GET /me/menu/: name and sign-out, which a script puts into the header of public pages."""
    return render(request, "booking/account/_menu.html")
