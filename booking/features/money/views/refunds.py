"""Give a part of a receipt back: a form, then a page to look at once more."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from booking.access.roles import has_ability
from booking.features.money.abilities import CHANGE_CHARGES
from booking.features.money.actions.refund import refund_payment, refundable
from booking.features.money.errors import MoreThanReceived
from booking.features.money.forms import ReasonAmountForm
from booking.models import Payment
from booking.views.desk.appointments.payments import payment_or_404
from booking.views.form_pages import staff_actor
from clinic.lib.http.carried_fields import carried_fields
from clinic.lib.http.form_pages import form_page, form_status, see_other

CONFIRMED = "confirmed"


@form_page
def refund(request: HttpRequest, number: int) -> HttpResponse:
    """GET asks for amount and reason; a POST shows both again; the confirmed POST pays back."""
    if not has_ability(request.user, CHANGE_CHARGES):
        raise PermissionDenied
    payment = payment_or_404(request, number)
    left = refundable(payment)
    is_sent = request.method == "POST"
    form = ReasonAmountForm(
        request.POST if is_sent else None, currency=payment.currency, initial={"token": uuid4()}
    )
    status = form_status(form)
    if form.is_valid():
        if CONFIRMED in request.POST:
            return _refund(request, payment, form)
        if form.cleaned_data["amount"] <= left:
            return _second_look(request, payment, form)
        form.add_error("amount", str(MoreThanReceived.message))
    context = {"payment": payment, "left": left, "form": form}
    return render(request, "booking/features/money/refund.html", context, status=status)


def _second_look(request: HttpRequest, payment: Payment, form: ReasonAmountForm) -> HttpResponse:
    context = {
        "payment": payment,
        "amount": form.cleaned_data["amount"],
        "reason": form.cleaned_data["reason"],
        "carried_fields": carried_fields(request.POST, only=("amount", "reason", "token")),
    }
    return render(request, "booking/features/money/refund_check.html", context)


def _refund(request: HttpRequest, payment: Payment, form: ReasonAmountForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        receipt = refund_payment(
            payment,
            amount=data["amount"],
            reason=data["reason"],
            token=str(data["token"]),
            by=staff_actor(request),
        )
    except MoreThanReceived as refusal:
        messages.error(request, str(refusal))
        return see_other("desk-receipt", payment.number)
    numbers = {"number": payment.number, "back": receipt.number}
    messages.success(
        request, _("Receipt %(back)s gives back a part of receipt %(number)s.") % numbers
    )
    return see_other("desk-receipt", receipt.number)
