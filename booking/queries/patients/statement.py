"""A patient's own receipts, and the visits that are not paid yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Min, QuerySet, Sum
from django.db.models.functions import Coalesce

from booking.access import proxies
from booking.access.acting import Acting
from booking.lifecycle import Override, Status
from booking.models import Appointment, Patient, Payment, ReceiptFile

MAX_UNPAID = 50


@dataclass(frozen=True, slots=True)
class UnpaidVisit:
    """A visit of which a part of the price is not paid."""

    appointment: Appointment
    amount: Decimal


def receipts_of(patient: Patient, acting: Acting | None) -> QuerySet[Payment]:
    """Return the receipts of a patient's payments, the newest first.

    `acting` is who asks if it is not the patient: they see none of a hidden appointment.
    """
    rows = Payment.objects.filter(appointment__patient=patient)
    if acting is not None:
        shown = proxies.shown_to_proxies(Appointment.objects.filter(patient=patient))
        rows = rows.filter(appointment__in=shown.order_by())
    related = ("appointment__therapist", "appointment__patient", "taken_by", "reverses")
    return rows.select_related(*related, "reversed_by").order_by("-number")


def receipt_file_of(payment: Payment) -> ReceiptFile | None:
    """Return the PDF file of a receipt that was asked for, without its content, or None."""
    return ReceiptFile.objects.defer("content").filter(payment=payment).first()


def unpaid_visits(patient: Patient, now: datetime, acting: Acting | None) -> Sequence[UnpaidVisit]:
    """Return the visits that took place and are not paid, the oldest first. Two queries.

    `acting` is who asks if it is not the patient: they see no hidden appointment.
    Visits before the clinic's first receipt, and those that staff entered afterwards, do not
    count: they were paid elsewhere.
    """
    first = Payment.objects.aggregate(first=Min("taken_at"))["first"]
    if first is None:
        return []
    visits = Appointment.objects.filter(
        patient=patient,
        status__in=[Status.ARRIVED, Status.COMPLETED],
        starts_at__gte=first,
        starts_at__lte=now,
    ).exclude(override=Override.PAST)
    if acting is not None:
        visits = proxies.shown_to_proxies(visits)
    paid = Coalesce(Sum("payments__amount"), Decimal(0))
    rows = visits.annotate(paid=paid).filter(paid__lt=F("price")).with_related()
    return [
        UnpaidVisit(row, row.price - row.paid)
        for row in rows.order_by("starts_at", "pk")[:MAX_UNPAID]
    ]
