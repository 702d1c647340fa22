"""Cancel an appointment, restore it, and confirm attendance.

GET changes nothing: programs that scan mails open every link in them.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.access.acting import for_proxies
from booking.access.appointment_pages import appointment_page_url, find_own_appointment
from booking.access.proxies import Permission
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.confirm import confirm_attendance
from booking.actions.appointments.restore import restore_appointment
from booking.errors import Refusal
from booking.forms.public.change_appointment import CancelForm
from booking.models import Appointment, ClinicProfile
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.by_link import find_by_link
from booking.queries.appointments.change_policy import HTTP_GONE, ChangePolicy
from booking.views.form_pages import acting_words, cancelled_text
from booking.views.public.appointments.ended_link import ended_link_page
from booking.views.public.booking.expired_hold import nearest_alternatives
from booking.views.public.guest_actor import visitor_actor
from booking.views.public.summary import short_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other

AppointmentView = Callable[[HttpRequest, Appointment, ClinicProfile], HttpResponse]


def with_appointment(view: AppointmentView) -> Callable[..., HttpResponse]:
    """Pass the appointment and the clinic to a view.

    The appointment is that of a link's token, or that of the open account with a public id. For an
    invalid token the view is not called: the answer is the page for links that have ended.
    """

    @wraps(view)
    def load_and_call(
        request: HttpRequest, token: str = "", public_id: UUID | None = None
    ) -> HttpResponse:
        if public_id is not None:
            appointment = find_own_appointment(request, public_id)
        else:
            appointment = find_by_link(token, "appointment")
        clinic = current_clinic(request)
        if appointment is None and public_id is not None:
            raise Http404
        if appointment is None or clinic is None or appointment.patient is None:
            return ended_link_page(request)
        return view(request, appointment, clinic)

    return load_and_call


def not_changeable_page(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile, refusal: Refusal
) -> HttpResponse:
    """Render why an appointment cannot be changed here, and what to do instead."""
    context = {
        "appointment": appointment,
        "policy": ChangePolicy.of(appointment, clinic, clock.now()),
        "rows": short_rows(appointment, clinic),
        "message": str(refusal),
        "is_gone": refusal.status == HTTP_GONE,
    }
    return render(
        request, "booking/public/appointments/not_changeable.html", context, status=refusal.status
    )


@for_proxies(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def cancel(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """GET asks for confirmation, POST cancels. Idempotent."""
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cancel_appointment(
                appointment,
                by=visitor_actor(request, appointment),
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            return not_changeable_page(request, appointment, clinic, refusal)
        messages.success(request, cancelled_text(request))
        return see_other(appointment_page_url(request, appointment))
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.cancelling is not None:
        return not_changeable_page(request, appointment, clinic, policy.cancelling)
    context = {
        "appointment": appointment,
        "policy": policy,
        "rows": short_rows(appointment, clinic),
        "form": form,
    }
    return render(
        request, "booking/public/appointments/cancel.html", context, status=form_status(form)
    )


@for_proxies(Permission.BOOK)
@require_POST
@with_appointment
def restore(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """Restore an appointment that was canceled a short time ago."""
    try:
        restore_appointment(appointment, by=visitor_actor(request, appointment))
    except Refusal as refusal:
        context = {
            "appointment": appointment,
            "message": str(refusal),
            "nearest": nearest_alternatives(clinic, appointment),
        }
        return render(
            request, "booking/public/appointments/not_restored.html", context, status=refusal.status
        )
    restored = acting_words(
        request,
        _("Your appointment is booked again."),
        _("The appointment of %(name)s is booked again."),
    )
    messages.success(request, restored)
    return see_other(appointment_page_url(request, appointment))


@for_proxies(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def confirm(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """GET asks for confirmation, POST records that the patient will come."""
    if request.method == "POST":
        try:
            confirm_attendance(appointment, by=visitor_actor(request, appointment))
        except Refusal as refusal:
            return not_changeable_page(request, appointment, clinic, refusal)
        messages.success(request, _("Thank you. We look forward to seeing you."))
        return see_other(appointment_page_url(request, appointment))
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.confirming is not None:
        return not_changeable_page(request, appointment, clinic, policy.confirming)
    context = {
        "appointment": appointment,
        "policy": policy,
        "rows": short_rows(appointment, clinic),
        "known": appointment.attendance_confirmed_at is not None,
    }
    return render(request, "booking/public/appointments/confirm.html", context)
