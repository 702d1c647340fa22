"""The calendar file of an appointment, and private calendar feeds."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from booking.access.acting import current_acting, for_proxies
from booking.access.appointment_pages import is_in_account
from booking.access.proxies import Permission
from booking.actions.staff.calendar_feeds import create_feed, record_feed_read
from booking.models import Appointment, ClinicProfile
from booking.models.current_clinic import current_clinic
from booking.notifications.calendar_files.ics import (
    appointment_calendar,
    patient_calendar_feed,
    therapist_calendar_feed,
)
from booking.notifications.links import absolute_url, feed_url, webcal_url
from booking.queries.staff.calendar_feeds import feed_appointments, find_feed
from booking.views.public.appointments.cancel_and_confirm import with_appointment
from booking.views.public.guest_actor import is_signed_in_patient
from clinic.lib.dates import clock

CALENDAR_CONTENT_TYPE = "text/calendar; charset=utf-8"


@for_proxies(Permission.SEE_TIMES)
@require_safe
@with_appointment
def appointment_file(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """GET /appointments/<token>/appointment.ics: a calendar file of the appointment.

    For a proxy its link leads to the account, not to the secret address.
    """
    is_for_proxy = is_in_account(request) and current_acting(request) is not None
    link = absolute_url("me-appointment", str(appointment.public_id)) if is_for_proxy else ""
    response = HttpResponse(
        appointment_calendar(appointment, clinic, "PUBLISH", link=link),
        content_type=CALENDAR_CONTENT_TYPE,
    )
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@require_POST
@with_appointment
def create_patient_feed(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """POST /appointments/<token>/feed/: create a feed of the signed-in patient."""
    if appointment.patient is None or not is_signed_in_patient(request, appointment):
        raise Http404
    address = feed_url(create_feed(appointment.patient))
    context = {
        "appointment": appointment,
        "address": address,
        "subscribe_url": webcal_url(address),
    }
    return render(request, "booking/public/appointments/calendar_feed.html", context)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """GET /feeds/<token>.ics: a feed, as calendar programs read it."""
    calendar_feed, clinic = find_feed(token), current_clinic(request)
    if calendar_feed is None or clinic is None:
        raise Http404
    record_feed_read(calendar_feed)
    rows = feed_appointments(calendar_feed, clinic, clock.now())
    write = therapist_calendar_feed if calendar_feed.therapist_id else patient_calendar_feed
    return HttpResponse(write(rows, clinic), content_type=CALENDAR_CONTENT_TYPE)
