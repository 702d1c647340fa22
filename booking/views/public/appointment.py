"""The appointment, for whoever has its link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.queries.appointments import find_by_link
from booking.queries.clinic import current_clinic
from booking.queries.slots import policy_for
from booking.views.public.summary import appointment_rows, state_in_words
from clinic.lib import clock
from clinic.lib.epoch import to_minutes


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Everything about one appointment, to keep and to come back to."""
    appointment = find_by_link(token, "appointment")
    clinic = current_clinic(request)
    if appointment is None or clinic is None or appointment.patient is None:
        raise Http404
    policy = policy_for(clinic, appointment.option)
    now = to_minutes(clock.now())
    context = {
        "appointment": appointment,
        "may_change": policy.may_change(to_minutes(appointment.starts_at), now),
        "is_over": now > to_minutes(appointment.ends_at),
        "rows": appointment_rows(appointment, clinic),
        "state": state_in_words(appointment),
        "link": request.build_absolute_uri(),
    }
    return render(request, "booking/public/appointment.html", context)
