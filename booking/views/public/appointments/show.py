"""The page of an appointment, for anyone who has its link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.lifecycle import Status
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.by_link import find_by_link
from booking.queries.appointments.change_policy import (
    CHANGEABLE_STATUSES,
    ChangePolicy,
    free_change_deadline,
)
from booking.queries.appointments.move_proposals import find_open_proposal
from booking.views.public.appointments.delivery_notice import delivery_notice
from booking.views.public.appointments.ended_link import ended_link_page
from booking.views.public.guest_actor import is_signed_in_patient
from booking.views.public.summary import appointment_rows, moved_from_label, status_label
from clinic.lib.dates import clock


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the appointment and what can be changed."""
    appointment = find_by_link(token, "appointment")
    clinic = current_clinic(request)
    if appointment is None or clinic is None or appointment.patient is None:
        return ended_link_page(request)
    now = clock.now()
    is_over = now >= appointment.ends_at or appointment.status not in CHANGEABLE_STATUSES
    context = {
        "appointment": appointment,
        "policy": ChangePolicy.of(appointment, clinic, now),
        "free_changes_until": free_change_deadline(appointment.starts_at, clinic),
        "is_over": is_over,
        "is_cancelled": appointment.status == Status.CANCELLED,
        "rows": appointment_rows(appointment, clinic),
        "status_label": status_label(appointment),
        "moved_from": moved_from_label(appointment, clinic),
        "link": request.build_absolute_uri(),
        "delivery_notice": delivery_notice(appointment),
        "proposal": None if is_over else find_open_proposal(appointment),
        "has_feed": is_signed_in_patient(request, appointment),
    }
    return render(request, "booking/public/appointments/appointment.html", context)
