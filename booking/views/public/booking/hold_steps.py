"""Helpers shared by the pages between a hold and its booking."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.access.acting import current_acting
from booking.access.patients import find_current_patient
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, ClinicProfile
from booking.models.appointments import MAX_HOLD_EXTENSIONS
from booking.queries.appointments.by_link import find_by_link
from booking.queries.appointments.change_policy import free_change_deadline
from booking.queries.appointments.drafts import is_complete, load_draft
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.appointments.ended_link import ended_link_page
from booking.views.public.summary import BOOKING_STEPS, booking_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

REDIRECT_AFTER_BOOKING_FOR = timedelta(hours=1)
"""How long the steps of a finished booking still lead to the appointment."""

HoldView = Callable[[HttpRequest, Appointment], HttpResponse]


def with_hold(view: HoldView) -> Callable[..., HttpResponse]:
    """Return a view that gets the hold of a token.

    An unknown token gives a page with 404, a booked hold a redirect to the appointment. The hold of
    a patient with an account opens for that patient only: it shows their answers, and its address
    stays in the browser's history after they sign out.
    """

    @wraps(view)
    def load_and_call(request: HttpRequest, token: str) -> HttpResponse:
        hold = find_by_link(token, "hold")
        if hold is None:
            return ended_link_page(request)
        if hold.status in (Status.HOLD, Status.EXPIRED):
            if not _may_open(request, hold):
                return _held_for_another(request, hold)
            request.acting = current_acting(request)  # type: ignore[attr-defined]  # for templates
            return view(request, hold)
        if hold.booked_at is not None and clock.now() - hold.booked_at < REDIRECT_AFTER_BOOKING_FOR:
            return _booked(hold)
        return render(request, "booking/public/booking/hold_over.html", {"hold": hold}, status=410)

    return load_and_call


def _may_open(request: HttpRequest, hold: Appointment) -> bool:
    """Return whether it is the hold of a guest, or of the patient whose account is open.

    A proxy without permission to see health answers cannot open a hold with answers of others.
    """
    if hold.patient_id is None:
        return True
    acting = current_acting(request)
    may_see = acting is None or acting.may_see_health
    return is_own_hold(request, hold) and (
        may_see or not hold.screenings.exclude(user=request.user.pk).exists()
    )


def _held_for_another(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Redirect to the sign-in if nobody is signed in, else to the account."""
    if not request.user.is_authenticated:
        check = reverse("me-check", args=[hold.hold_token])
        return see_other(f"{reverse('account_login')}?{urlencode({'next': check})}")
    messages.info(request, _("That time is held for another person. Nothing was changed."))
    return see_other("me")


def _booked(hold: Appointment) -> HttpResponse:
    """Redirect to the appointment that a hold has become: in the account, or by its secret link.

    What was booked in an account opens only there. A proxy still has the address of the hold, and
    must not get the appointment's secret link by it.
    """
    in_account = hold.events.filter(
        kind=AppointmentEvent.Kind.BOOKED, actor_type=AppointmentEvent.ActorType.PATIENT
    )
    if in_account.exists():
        return see_other("me-appointment", hold.public_id)
    return see_other("appointment", hold.link_token)


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
