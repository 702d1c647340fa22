"""The appointment, for whoever has its link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.lifecycle import Status
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.by_link import find_by_link
from booking.queries.appointments.change_policy import OPEN, ChangePolicy, ends_free_changes
from booking.views.public.appointments.delivery_notice import told
from booking.views.public.guest_actor import is_patient
from booking.views.public.summary import appointment_rows, before_in_words, state_in_words
from clinic.lib.dates import clock


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Everything about one appointment, to keep and to come back to."""
    appointment = find_by_link(token, "appointment")
    clinic = current_clinic(request)
    if appointment is None or clinic is None or appointment.patient is None:
        raise Http404
    now = clock.now()
    context = {
        "appointment": appointment,
        "policy": ChangePolicy.of(appointment, clinic, now),
        "free_until": ends_free_changes(appointment.starts_at, clinic),
        "is_over": now >= appointment.ends_at or appointment.status not in OPEN,
        "is_cancelled": appointment.status == Status.CANCELLED,
        "rows": appointment_rows(appointment, clinic),
        "state": state_in_words(appointment),
        "before": before_in_words(appointment, clinic),
        "link": request.build_absolute_uri(),
        "told": told(appointment),
        "has_feed": is_patient(request, appointment),
    }
    return render(request, "booking/public/appointments/appointment.html", context)
