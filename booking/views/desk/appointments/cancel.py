"""Calling an appointment off at the desk, and taking that back."""

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
from booking.views.desk.common import last_event_id, see_other, staff_actor, with_appointment
from clinic.lib.dates import clock


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def cancel(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """GET asks why and who is told; POST cancels. Twice is once."""
    form = StaffCancelForm(request.POST or None)
    changes: list[object] = []
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            return _cancel(request, appointment, form)
        except ConcurrentChange as refusal:
            changes, status = [*describe_events(refusal.events, clinic)], refusal.status
            appointment.refresh_from_db()
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
        "seen": last_event_id(appointment),
    }
    return render(request, "booking/desk/appointments/cancel.html", context, status=status)


@require_POST
@with_appointment
def restore(request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile) -> HttpResponse:
    """Book it again as it was, while the time is still free."""
    try:
        restore_appointment(appointment, by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is booked again, and the patient is told."))
    return see_other("desk-appointment", appointment.public_id)


def _cancel(request: HttpRequest, appointment: Appointment, form: StaffCancelForm) -> HttpResponse:
    data = form.cleaned_data
    tell = data["message"] == "tell"
    cancel_appointment(
        appointment,
        by=staff_actor(request),
        reason=data["reason"],
        words=data["words"].replace("\r\n", "\n"),
        tell=tell,
        seen=data["seen"],
    )
    told = tell and bool(appointment.patient and appointment.patient.email)
    sentence = (
        _("Cancelled. The patient gets a mail.") if told else _("Cancelled. No mail is sent.")
    )
    messages.success(request, sentence)
    return see_other("desk-appointment", appointment.public_id)
