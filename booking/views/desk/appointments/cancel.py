"""Cancel an appointment at the desk, and restore it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.errors import ConcurrentChange, Refusal
from booking.forms.desk.appointments import StaffCancelForm
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy
from booking.views.desk.appointments.history import describe_events
from booking.views.desk.appointments.load_appointment import (
    last_event_id,
    seen_event_id,
    with_appointment,
)
from booking.views.form_pages import staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def cancel(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """GET asks for a reason and whether the patient is told; POST cancels. Idempotent."""
    form = StaffCancelForm(request.POST if request.method == "POST" else None)
    changes: list[object] = []
    status, seen = form_status(form), seen_event_id(form, appointment)
    if form.is_valid():
        try:
            return _cancel(request, appointment, form)
        except ConcurrentChange as refusal:
            changes, status = [*describe_events(refusal.events, clinic)], refusal.status
            appointment.refresh_from_db()
            seen = last_event_id(appointment)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return see_other("desk-appointment", appointment.public_id)
    policy = ChangePolicy.of(appointment, clinic, clock.now(), by_staff=True)
    if policy.cancelling is not None:
        messages.error(request, str(policy.cancelling))
        return see_other("desk-appointment", appointment.public_id)
    context = {
        "appointment": appointment,
        "form": form,
        "changes": changes,
        "seen": seen,
    }
    return render(request, "booking/desk/appointments/cancel.html", context, status=status)


@require_POST
@with_appointment
def restore(request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile) -> HttpResponse:
    """Restore a canceled appointment if its time is still free."""
    try:
        restore_appointment(appointment, by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is booked again, and the patient is told."))
    return see_other("desk-appointment", appointment.public_id)


def _cancel(request: HttpRequest, appointment: Appointment, form: StaffCancelForm) -> HttpResponse:
    data = form.cleaned_data
    cancel_appointment(
        appointment,
        by=staff_actor(request),
        reason=data["reason"],
        message_to_patient=form.message_to_patient,
        notify_patient=form.notifies_patient,
        last_seen_event=data["seen"],
    )
    is_mailed = form.notifies_patient and bool(appointment.patient and appointment.patient.email)
    message = (
        _("Canceled. The patient gets a mail.") if is_mailed else _("Canceled. No mail is sent.")
    )
    messages.success(request, message)
    return see_other("desk-appointment", appointment.public_id)
