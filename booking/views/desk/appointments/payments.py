"""Payments at the counter, and their receipts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access.scope import appointments_of
from booking.actions.payments import record_payment, take_back_payment
from booking.errors import ChangedMeanwhile, Refusal
from booking.forms.desk.appointments import PaymentForm
from booking.models import Appointment, ClinicProfile, Payment
from booking.views.desk.appointments.history import in_words
from booking.views.desk.appointments.show import page
from booking.views.desk.common import see, staff, with_appointment, with_clinic
from clinic.lib.dates import clock


@require_POST
@with_appointment
def pay(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """Take a payment; its receipt is the answer."""
    form = PaymentForm(request.POST, currency=appointment.currency)
    if not form.is_valid():
        return page(request, appointment, clinic, status=422, payment_form=form)
    data = form.cleaned_data
    try:
        payment = record_payment(
            appointment,
            amount=data["amount"],
            method=data["method"],
            by=staff(request),
            seen=data["seen"] or 0,
        )
    except ChangedMeanwhile as refusal:
        extra = {"payment_form": form, "payment_changes": in_words(refusal.events, clinic)}
        return page(request, appointment, clinic, status=refusal.status, **extra)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see("desk-appointment", appointment.public_id)
    messages.success(request, _("Paid. This is receipt %(number)s.") % {"number": payment.number})
    return see("desk-receipt", payment.number)


@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """One numbered receipt, made to be printed."""
    context = {"payment": _find(request, number), "receipt_clinic": with_clinic(request)}
    return render(request, "booking/desk/appointments/receipt.html", context)


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """A mistake: another receipt takes this one back."""
    try:
        back = take_back_payment(_find(request, number), by=staff(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see("desk-receipt", number)
    numbers = {"number": number, "back": back.number}
    messages.success(request, _("Receipt %(back)s takes receipt %(number)s back.") % numbers)
    return see("desk-appointment", back.appointment.public_id)


def _find(request: HttpRequest, number: int) -> Payment:
    """404 for a receipt about somebody whom the person may not see."""
    rows = Payment.objects.select_related(
        "appointment__patient", "appointment__therapist", "taken_by", "takes_back", "taken_back_by"
    )
    payment = rows.filter(number=number).first() if number < 2**31 else None
    if payment is None:
        raise Http404
    mine = appointments_of(request.user, clock.now()).filter(pk=payment.appointment_id)
    if not mine.exists():
        raise Http404
    return payment
