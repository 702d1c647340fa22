"""Appointments with which the ledger does not agree."""

from django.db.models import Exists, OuterRef, Q

from booking.features.money.models import Account, LedgerLine
from booking.features.money.queries.balances import with_balance
from booking.features.money.queries.charges import NEVER_BOOKED, TOOK_PLACE, first_receipt_at
from booking.lifecycle import Override
from booking.models import Appointment, Payment
from booking.models.appointments import AppointmentQuerySet


def unsettled_appointments() -> AppointmentQuerySet:
    """Return appointments with receipts that are not in the ledger, with visits that took place and
    are not charged, and with charges for visits that did not take place.

    It finds by SQL what `is_charged` decides for one appointment.
    """
    missing = Payment.objects.filter(appointment=OuterRef("pk"), ledger_entry=None)
    paid = Payment.objects.filter(appointment=OuterRef("pk"))
    first = first_receipt_at()
    if first is None:
        return Appointment.objects.none()
    wanted = Q(status__in=TOOK_PLACE, price__gt=0) & (
        Q(starts_at__gte=first, entered_afterwards=False) & ~Q(override=Override.PAST)
        | Exists(paid)
    )
    rows = with_balance(
        Appointment.objects.filter(patient__isnull=False).exclude(status__in=NEVER_BOOKED)
    )
    charged = LedgerLine.objects.filter(appointment=OuterRef("pk"), account=Account.VISITS)
    return (
        rows.filter(
            Exists(missing)
            | (wanted & Q(ledger_visits=0))
            | (~wanted & Exists(charged) & Q(ledger_visits__lt=0))
        )
        .with_related()
        .order_by("pk")
    )
