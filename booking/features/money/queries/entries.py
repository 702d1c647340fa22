"""The entries of one appointment."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from booking.features.money.models import EntryKind, LedgerEntry, LedgerLine
from booking.models import Appointment
from clinic.lib.text.money import from_minor_units

EXTRA_KINDS = (
    EntryKind.TIP,
    EntryKind.PRODUCT,
    EntryKind.DISCOUNT,
    EntryKind.WRITE_OFF,
    EntryKind.FEE,
)
"""What the appointment's page lists besides receipts. What was taken back is left out."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A tip, product, discount, write-off or fee; below zero where the patient pays less."""

    entry: LedgerEntry
    amount: Decimal


def extras_of(appointment: Appointment) -> Sequence[Extra]:
    """Return what is charged besides the price of an appointment. One query."""
    lines = LedgerLine.objects.filter(
        appointment=appointment,
        patient__isnull=False,
        entry__kind__in=EXTRA_KINDS,
        entry__taken_back_by=None,
    )
    rows = lines.select_related("entry__reason").order_by("entry__at", "pk")
    return [Extra(row.entry, from_minor_units(row.amount, row.entry.currency)) for row in rows]


def find_entry(appointment: Appointment, entry_id: UUID) -> LedgerEntry | None:
    """Return an entry about an appointment that was not taken back, or None."""
    entries = LedgerEntry.objects.filter(
        pk=entry_id, lines__appointment=appointment, taken_back_by=None
    )
    return entries.prefetch_related("lines").distinct().first()
