"""Proposals of another time: those that patients have not answered, and withdrawing one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.appointments.ask_patient import withdraw_proposal
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.move_proposals import open_proposals
from booking.views.desk.appointments.load_appointment import with_appointment
from booking.views.form_pages import staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

PAGE_SIZE = 50


@require_safe
def list_proposals(request: HttpRequest) -> HttpResponse:
    """GET lists the open proposals, expired ones first."""
    now = clock.now()
    page = Paginator(open_proposals(request.user, now), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "proposals": page.object_list, "now": now}
    return render(request, "booking/desk/appointments/proposals.html", context)


@require_POST
@with_appointment
def withdraw(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """POST withdraws the proposal; the appointment stays booked as it is."""
    withdraw_proposal(appointment, by=staff_actor(request))
    messages.success(
        request, _("The question is withdrawn. The patient is told that the appointment stays.")
    )
    return see_other("desk-appointment", appointment.public_id)
