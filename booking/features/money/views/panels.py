"""The panels about money on the pages of a patient and of an appointment."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from booking.access.roles import has_ability
from booking.features.money.abilities import CHANGE_CHARGES
from booking.features.money.actions.extras import REVERSIBLE
from booking.features.money.actions.refund import refundable
from booking.features.money.forms import NEEDS_REASON
from booking.features.money.queries.balances import balances_in
from booking.features.money.queries.charges import NEVER_BOOKED
from booking.features.money.queries.entries import extras_of
from booking.features.money.queries.statements import visible_lines
from booking.models import Appointment, Patient, Payment
from booking.registries import panels
from booking.registries.panels import Page, Panel

TEMPLATE = "booking/features/money/_balance_panel.html"
PAYMENT_TEMPLATE = "booking/features/money/_payment_panel.html"

RECEIPT_TEMPLATE = "booking/features/money/_refund_link.html"


def patient_panel(request: HttpRequest, patient: Patient) -> Mapping[str, Any] | None:
    """Return the balances of a patient, as far as the user may see them."""
    return {"patient": patient, "balances": balances_in(visible_lines(request.user, patient))}


def appointment_panel(request: HttpRequest, appointment: Appointment) -> Mapping[str, Any] | None:
    """Return the balances of the appointment's patient; None without a patient."""
    patient = appointment.patient
    return patient_panel(request, patient) if patient is not None else None


def payment_panel(request: HttpRequest, appointment: Appointment) -> Mapping[str, Any] | None:
    """Return what is charged besides the price, and what the user may add; None for a hold."""
    if appointment.status in NEVER_BOOKED or appointment.patient is None:
        return None
    return {
        "appointment": appointment,
        "extras": extras_of(appointment),
        "reversible": REVERSIBLE,
        "may_change": has_ability(request.user, CHANGE_CHARGES),
        "needs_ability": NEEDS_REASON,
    }


def receipt_panel(request: HttpRequest, payment: Payment) -> Mapping[str, Any] | None:
    """Return the receipt if the user may give a part of it back, and something is left."""
    may_refund = has_ability(request.user, CHANGE_CHARGES) and refundable(payment) > 0
    return {"payment": payment} if may_refund else None


def register_panels() -> None:
    """Add the panels to the pages of the desk."""
    panels.register(Page.PATIENT, Panel(TEMPLATE, patient_panel))
    panels.register(Page.APPOINTMENT, Panel(TEMPLATE, appointment_panel))
    panels.register(Page.RECEIPT, Panel(RECEIPT_TEMPLATE, receipt_panel))
    panels.register(Page.PAYMENT, Panel(PAYMENT_TEMPLATE, payment_panel))
