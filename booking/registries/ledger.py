"""What is paid and what is due, and where it is recorded: a feature keeps the ledger.

    ledger.register(Ledger(settle, with_balance, amount_due, amount_owed))

Without a feature, what is due for an appointment is its price less its receipts. With one, every
receipt and every change of status is also an entry of the ledger, in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from booking.lifecycle import Status
from booking.models import Appointment, Payment
from booking.models.appointments import AppointmentQuerySet


@dataclass(frozen=True, slots=True)
class Ledger:
    """The functions of a feature that keeps the ledger.

    Attributes:
        settle: Record, in the caller's transaction, what has changed about an appointment: receipts
            that are not in the ledger yet, and whether the visit is charged. The caller has locked
            the appointment. A second call changes nothing.
        with_balance: Annotate appointments with what `amount_due` reads, in no further query.
        amount_due: Return what is still to pay for an annotated appointment; below zero if too much
            was paid.
        amount_owed: Return what the patient owes for an annotated appointment by what is charged so
            far; below zero is credit.
    """

    settle: Callable[[Appointment], None]
    with_balance: Callable[[AppointmentQuerySet], AppointmentQuerySet]
    amount_due: Callable[[Any], Decimal]
    amount_owed: Callable[[Any], Decimal]


def _settle_nothing(appointment: Appointment) -> None:
    """Do nothing: the receipts are all there is."""


def _with_receipts(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    payments = Payment.objects.filter(appointment=OuterRef("pk")).order_by()
    total = payments.values("appointment").annotate(total=Sum("amount")).values("total")
    return rows.annotate(receipts_total=Coalesce(Subquery(total), Decimal(0)))


def _price_less_receipts(row: Any) -> Decimal:
    due: Decimal = row.price - row.receipts_total
    return due


RECEIPTS_ONLY = Ledger(_settle_nothing, _with_receipts, _price_less_receipts, _price_less_receipts)
"""What holds without a feature."""
_ledgers: list[Ledger] = []


def register(ledger: Ledger) -> None:
    """Set the ledger. Registering it twice adds it once. Raises ValueError if there is another."""
    if any(known != ledger for known in _ledgers):
        raise ValueError("Another feature keeps the ledger already.")
    _ledgers[:] = [ledger]


def _ledger() -> Ledger:
    return _ledgers[0] if _ledgers else RECEIPTS_ONLY


def settle(appointment: Appointment) -> None:
    """Record in the ledger what has changed about an appointment, in the caller's transaction."""
    _ledger().settle(appointment)


def with_balance(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Annotate appointments with what `amount_due` reads, without another query."""
    return _ledger().with_balance(rows)


def amount_due(row: Any) -> Decimal:
    """Return what is still to pay for an annotated appointment; 0 if all, or too much, is paid."""
    return max(Decimal(0), _ledger().amount_due(row))


def is_unpaid(row: Any) -> bool:
    """Return whether the patient owes money for an annotated appointment that took place.

    Visits that are not charged, such as those from before the first receipt, count as paid.
    """
    return row.status in (Status.ARRIVED, Status.COMPLETED) and _ledger().amount_owed(row) > 0


def amount_overpaid(row: Any) -> Decimal:
    """Return what was paid too much for an annotated appointment, or 0."""
    return max(Decimal(0), -_ledger().amount_due(row))
