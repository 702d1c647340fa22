"""What the tests of the ledger share: the entries of an appointment, and what is due for it."""

from decimal import Decimal

from booking.actions.payments import record_payment
from booking.features.money.models import LedgerEntry
from booking.features.money.queries.checks import CHECKS
from booking.models import Appointment, Payment
from booking.registries import ledger
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, by


def pay(desk: Desk, row: Appointment, amount: str, method: str = "cash") -> Payment:
    count = row.payments.count()
    return record_payment(
        row, amount=Decimal(amount), method=method, by=by(desk.front), seen_payment_count=count
    )


def entries(row: Appointment) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the entries about an appointment: kind, and the lines as account and amount."""
    found = LedgerEntry.objects.filter(lines__appointment=row).distinct()
    return [
        (entry.kind, [(line.account, line.amount) for line in entry.lines.all()])
        for entry in sorted(found, key=lambda entry: entry.lines.all()[0].pk)
    ]


def due(row: Appointment) -> tuple[Decimal, Decimal]:
    """Return what is due for an appointment, and what was paid too much."""
    found = ledger.with_balance(Appointment.objects.filter(pk=row.pk)).get()
    return ledger.amount_due(found), ledger.amount_overpaid(found)


def faults() -> list[str]:
    return [sentence for _title, check in CHECKS for sentence in check(clock.now())]
