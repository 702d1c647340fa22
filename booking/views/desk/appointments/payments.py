"""Payments taken at the desk, and their receipts."""

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
from booking.views.desk.appointments.load_appointment import with_appointment
from booking.views.desk.appointments.show import appointment_page
from booking.views.form_pages import get_clinic_or_404, staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other


@require_POST
@with_appointment
def take_payment(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """Record a payment and redirect to its receipt."""
    form = PaymentForm(request.POST, currency=appointment.currency)
    if not form.is_valid():
        return appointment_page(
            request,
            appointment,
            clinic,
            status=HTTP_UNPROCESSABLE,
            payment_form=form,
            payment_count=form.cleaned_data.get("seen") or 0,
        )
    data = form.cleaned_data
    try:
        payment = record_payment(
            appointment,
            amount=data["amount"],
            method=data["method"],
            by=staff_actor(request),
            seen_payment_count=data["seen"] or 0,
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
    """GET shows a numbered receipt, to be printed."""
    payment = payment_or_404(request, number)
    refunds = list(payment.refunded_by.all())
    context = {
        "payment": payment,
        "refunds": refunds,
        "clinic_on_receipt": get_clinic_or_404(request),
        "may_reverse": payment.amount > 0 and not refunds and not hasattr(payment, "reversed_by"),
    }
    return render(request, "booking/desk/appointments/receipt.html", context)


@require_POST
def reverse_payment(request: HttpRequest, number: int) -> HttpResponse:
    """Reverse a payment made by mistake, with a receipt of its own."""
    try:
        reversal = record_payment_reversal(payment_or_404(request, number), by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("desk-receipt", number)
    numbers = {"number": number, "back": reversal.number}
    messages.success(request, _("Receipt %(back)s takes receipt %(number)s back.") % numbers)
    return see_other("desk-appointment", reversal.appointment.public_id)


def payment_or_404(request: HttpRequest, number: int) -> Payment:
    """Return a payment. Raises Http404 if the user may not see its appointment."""
    rows = Payment.objects.select_related(
        "appointment__patient", "appointment__therapist", "taken_by", "reverses", "reversed_by",
        "refunds",
    )  # fmt: skip
    payment = rows.filter(number=number).first() if number < 2**31 else None
    if payment is None:
        raise Http404
    visible = visible_appointments(request.user, clock.now()).filter(pk=payment.appointment_id)
    if not visible.exists():
        raise Http404
    return payment
