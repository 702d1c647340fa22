"""The page of an appointment, at its secret link and in the account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.access.acting import current_acting, for_proxies
from booking.access.appointment_pages import is_in_account
from booking.access.patients import current_patient
from booking.access.proxies import Permission
from booking.actions.audit.reads import record_appointment_read
from booking.actions.audit.record import current_actor
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.notifications.calendar_files.web_calendars import direction_links, web_calendar_links
from booking.queries.appointments.change_policy import (
    CHANGEABLE_STATUSES,
    ChangePolicy,
    free_change_deadline,
)
from booking.queries.appointments.move_proposals import find_open_proposal
from booking.queries.appointments.own import is_favorite
from booking.views.public.appointments.cancel_and_confirm import with_appointment
from booking.views.public.appointments.delivery_notice import delivery_notice
from booking.views.public.guest_actor import is_signed_in_patient
from booking.views.public.summary import moved_from_label, place_rows, status_label
from clinic.lib.dates import clock


@for_proxies(Permission.SEE_TIMES)
@require_safe
@with_appointment
def show(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """GET shows the appointment and what can be changed."""
    record_appointment_read(appointment, by=current_actor())
    now = clock.now()
    is_over = now >= appointment.ends_at or appointment.status not in CHANGEABLE_STATUSES
    acting, policy = current_acting(request), ChangePolicy.of(appointment, clinic, now)
    may_change = acting is None or acting.may_book or not is_in_account(request)
    context = {
        "appointment": appointment,
        "policy": policy if may_change else policy.for_readers(),
        "free_changes_until": free_change_deadline(appointment.starts_at, clinic),
        "is_over": is_over,
        "is_cancelled": appointment.status == Status.CANCELLED,
        "rows": place_rows(appointment, clinic),
        "status_label": status_label(appointment),
        "moved_from": moved_from_label(appointment, clinic),
        "link": "" if is_in_account(request) else request.build_absolute_uri(),
        "delivery_notice": delivery_notice(appointment),
        "proposal": find_open_proposal(appointment) if may_change and not is_over else None,
        "has_feed": is_signed_in_patient(request, appointment),
        "calendar_links": web_calendar_links(appointment, clinic),
        "direction_links": direction_links(clinic),
        "is_starred": _is_starred(request, appointment) if may_change else None,
    }
    return render(request, "booking/public/appointments/appointment.html", context)


def _is_starred(request: HttpRequest, appointment: Appointment) -> bool | None:
    """Return whether it is a favorite; None on the page of a secret link, which has no star."""
    if not is_in_account(request):
        return None
    return is_favorite(appointment, current_patient(request), current_acting(request))
