"""Balances: sums of the lines of the ledger."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from booking.features.money.models import Account, LedgerLine
from booking.features.money.queries.charges import GONE, NEVER_BOOKED
from booking.models import Appointment, Patient
from booking.models.appointments import AppointmentQuerySet
from clinic.lib.text.money import from_minor_units, to_minor_units


def with_balance(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Annotate appointments with `ledger_balance`, what their patient owes for them, and
    `ledger_visits`, which is below zero if the visit is charged. In minor units."""
    return rows.annotate(
        ledger_balance=_sum_of(Account.PATIENT), ledger_visits=_sum_of(Account.VISITS)
    )


def amount_due(row: Any) -> Decimal:
    """Return what is still to pay for an appointment of `with_balance`; below zero if too much was
    paid. The price of a visit counts from the booking on, although it is charged later."""
    due = from_minor_units(row.ledger_balance, row.currency)
    is_expected = row.status not in (*GONE, *NEVER_BOOKED)
    return due + row.price if is_expected and not row.ledger_visits else due


def amount_owed(row: Any) -> Decimal:
    """Return what the patient owes by the entries about an appointment of `with_balance`."""
    return from_minor_units(row.ledger_balance, row.currency)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a patient owes in one currency; below zero is credit."""

    amount: Decimal
    currency: str

    @property
    def credit(self) -> Decimal:
        """What was paid beyond what is charged, or 0."""
        return max(Decimal(0), -self.amount)


def balances_in(lines: QuerySet[LedgerLine]) -> list[Balance]:
    """Return the balances of lines of patients' accounts, without those of zero. One query."""
    sums = lines.order_by().values("entry__currency").annotate(total=Sum("amount"))
    return [
        Balance(from_minor_units(total, currency), currency)
        for currency, total in sorted(sums.values_list("entry__currency", "total"))
        if total
    ]


def balances_of(patient: Patient) -> dict[str, Decimal]:
    """Return what a patient owes, by currency; below zero is credit. Zero balances are left out."""
    found = balances_in(LedgerLine.objects.filter(patient=patient))
    return {balance.currency: balance.amount for balance in found}


@dataclass(frozen=True, slots=True)
class AppointmentBalance:
    """The sums of one appointment in minor units.

    `charged` is what was charged for the visit, `owed` what its patient owes for it, below zero if
    too much was paid; `due` is that, with the price of a visit that is not charged yet.
    """

    charged: int
    owed: int
    due: int


def balance_of_appointment(appointment: Appointment) -> AppointmentBalance:
    """Return the sums of an appointment. One query."""
    row: Any = with_balance(Appointment.objects.filter(pk=appointment.pk)).get()
    due = to_minor_units(amount_due(row), row.currency)
    return AppointmentBalance(-row.ledger_visits, row.ledger_balance, due)


def _sum_of(account: Account) -> Coalesce:
    lines: QuerySet[LedgerLine] = LedgerLine.objects.filter(
        appointment=OuterRef("pk"), account=account
    )
    total = lines.order_by().values("appointment").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=BigIntegerField())
