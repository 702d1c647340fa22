"""Helpers shared by the pages between a hold and its booking."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from booking.access.patients import find_current_patient
from booking.models import Appointment, ClinicProfile
from booking.models.appointments import MAX_HOLD_EXTENSIONS
from booking.queries.appointments.change_policy import free_change_deadline
from booking.queries.appointments.drafts import is_complete, load_draft
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.summary import BOOKING_STEPS, booking_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

HoldView = Callable[[HttpRequest, Appointment], HttpResponse]


def step_after_questions(hold: Appointment) -> str:
    """Return the URL name of the step after the questions: the details, or the review of them."""
    return "hold-review" if is_complete(load_draft(hold)) else "hold"


def choose_url(hold: Appointment, clinic: ClinicProfile) -> str:
    """Return the address of the free times with the length, therapist and day of a hold."""
    query = {
        "option": hold.option_id,
        "therapist": "" if hold.any_therapist else hold.therapist.slug,
        "day": clinic.local_date(hold.starts_at).isoformat(),
    }
    return f"{reverse('choose', args=[hold.option.treatment.slug])}?{urlencode(query)}"


def for_guests(view: HoldView) -> HoldView:
    """Return a view for guests; a signed-in patient's own hold is redirected to the step
    "Check"."""

    @wraps(view)
    def view_of_guest(request: HttpRequest, hold: Appointment) -> HttpResponse:
        if is_own_hold(request, hold):
            return see_other("me-check", hold.hold_token)
        return view(request, hold)

    return view_of_guest


def is_own_hold(request: HttpRequest, hold: Appointment) -> bool:
    """Return whether a hold belongs to the patient whose account is open."""
    patient = find_current_patient(request)
    return patient is not None and hold.patient_id == patient.pk


def hold_context(request: HttpRequest, hold: Appointment, *, step: str) -> dict[str, Any]:
    """Return the context of all pages of a hold."""
    clinic = get_clinic_or_404(request)
    return {
        "hold": hold,
        "step": step,
        "steps": BOOKING_STEPS,
        "rows": booking_rows(hold, clinic),
        "now": clock.now(),
        "is_soon": free_change_deadline(hold.starts_at, clinic) <= clock.now(),
        "may_extend": hold.extension_count < MAX_HOLD_EXTENSIONS,
        "choose_url": choose_url(hold, clinic),
    }
