"""What the copy of a person's data has of the ledger."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.features.money.models import LedgerEntry, LedgerLine, LedgerReason
from booking.models import Patient
from booking.registries import patient_export
from booking.registries.patient_export import RECEIPTS, ExportPart
from clinic.lib.text.money import from_minor_units


def register_copy() -> None:
    """Add the patient's account to the copy."""
    part = ExportPart(
        "account_with_us",
        _("Charges and payments"),
        _lines,
        (LedgerEntry, LedgerLine, LedgerReason),
        frozenset({RECEIPTS}),
    )
    patient_export.register(part)


def _lines(patient: Patient) -> Iterator[dict[str, Any]]:
    rows = LedgerLine.objects.filter(patient=patient).select_related("entry__reason")
    for row in rows.order_by("entry__at", "pk"):
        entry = row.entry
        yield {
            "when": entry.at,
            "day": entry.day,
            "kind": entry.get_kind_display(),
            "account": row.get_account_display(),
            "description": entry.description,
            "amount": from_minor_units(row.amount, entry.currency),
            "currency": entry.currency,
            "reason": entry.reason.text if hasattr(entry, "reason") else "",
        }
