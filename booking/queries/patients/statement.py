"""A patient's receipts and unpaid visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db.models import Min, QuerySet

from booking.access import proxies
from booking.access.acting import Acting
from booking.lifecycle import Override, Status
from booking.models import Appointment, Patient, Payment, ReceiptFile
from booking.registries import ledger

MAX_UNPAID = 50


@dataclass(frozen=True, slots=True)
class UnpaidVisit:
    """A visit whose price is not, or not fully, paid."""

    appointment: Appointment
    amount: Decimal


def receipts_of(patient: Patient, acting: Acting | None) -> QuerySet[Payment]:
    """Return the receipts of a patient's payments, the newest first.

    For a proxy (`acting`), without those of hidden appointments.
    """
    rows = Payment.objects.filter(appointment__patient=patient)
    if acting is not None:
        shown = proxies.shown_to_proxies(Appointment.objects.filter(patient=patient))
        rows = rows.filter(appointment__in=shown.order_by())
    related = ("appointment__therapist", "appointment__patient", "taken_by", "reverses", "refunds")
    return rows.select_related(*related, "reversed_by").order_by("-number")


def receipt_file_of(payment: Payment) -> ReceiptFile | None:
    """Return the requested PDF file of a receipt, without loading its content, or None."""
    return ReceiptFile.objects.defer("content").filter(payment=payment).first()


def unpaid_visits(patient: Patient, now: datetime, acting: Acting | None) -> Sequence[UnpaidVisit]:
    """Return the visits that took place and are not fully paid, the oldest first. Two queries.

    For a proxy (`acting`), without hidden appointments. Visits before the clinic's first receipt,
    and those that staff entered afterwards, are left out: they were paid elsewhere.
    """
    first = Payment.objects.aggregate(first=Min("taken_at"))["first"]
    if first is None:
        return []
    visits = Appointment.objects.filter(
        patient=patient,
        status__in=[Status.ARRIVED, Status.COMPLETED],
        starts_at__gte=first,
        starts_at__lte=now,
        entered_afterwards=False,
    ).exclude(override=Override.PAST)
    if acting is not None:
        visits = proxies.shown_to_proxies(visits)
    rows = ledger.with_balance(visits).with_related().order_by("starts_at", "pk")
    unpaid = (UnpaidVisit(row, ledger.amount_due(row)) for row in rows)
    return list(islice((visit for visit in unpaid if visit.amount), MAX_UNPAID))
