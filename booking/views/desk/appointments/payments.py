"""Payments at the counter, and their receipts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access.scope import visible_appointments
from booking.actions.payments import record_payment, record_payment_reversal
from booking.errors import ConcurrentChange, Refusal
from booking.forms.desk.appointments import PaymentForm
from booking.models import Appointment, ClinicProfile, Payment
from booking.views.desk.appointments.history import describe_events
from booking.views.desk.appointments.show import appointment_page
from booking.views.desk.common import get_clinic_or_404, see_other, staff_actor, with_appointment
from clinic.lib.dates import clock


@require_POST
@with_appointment
def take_payment(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """Take a payment; its receipt is the answer."""
    form = PaymentForm(request.POST, currency=appointment.currency)
    if not form.is_valid():
        return appointment_page(request, appointment, clinic, status=422, payment_form=form)
    data = form.cleaned_data
    try:
        payment = record_payment(
            appointment,
            amount=data["amount"],
            method=data["method"],
            by=staff_actor(request),
            seen=data["seen"] or 0,
        )
    except ConcurrentChange as refusal:
        extra = {"payment_form": form, "payment_changes": describe_events(refusal.events, clinic)}
        return appointment_page(request, appointment, clinic, status=refusal.status, **extra)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("desk-appointment", appointment.public_id)
    messages.success(request, _("Paid. This is receipt %(number)s.") % {"number": payment.number})
    return see_other("desk-receipt", payment.number)


@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """One numbered receipt, made to be printed."""
    context = {
        "payment": _payment_or_404(request, number),
        "clinic_on_receipt": get_clinic_or_404(request),
    }
    return render(request, "booking/desk/appointments/receipt.html", context)


@require_POST
def reverse_payment(request: HttpRequest, number: int) -> HttpResponse:
    """A mistake: another receipt takes this one back."""
    try:
        back = record_payment_reversal(_payment_or_404(request, number), by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("desk-receipt", number)
    numbers = {"number": number, "back": back.number}
    messages.success(request, _("Receipt %(back)s takes receipt %(number)s back.") % numbers)
    return see_other("desk-appointment", back.appointment.public_id)


def _payment_or_404(request: HttpRequest, number: int) -> Payment:
    """404 for a receipt about somebody whom the person may not see."""
    rows = Payment.objects.select_related(
        "appointment__patient", "appointment__therapist", "taken_by", "reverses", "reversed_by"
    )
    payment = rows.filter(number=number).first() if number < 2**31 else None
    if payment is None:
        raise Http404
    mine = visible_appointments(request.user, clock.now()).filter(pk=payment.appointment_id)
    if not mine.exists():
        raise Http404
    return payment
