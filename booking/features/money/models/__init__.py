"""The models of the money feature."""

from booking.features.money.models.ledger import (
    Account,
    EntryKind,
    LedgerEntry,
    LedgerLine,
    LedgerReason,
)

__all__ = ["Account", "EntryKind", "LedgerEntry", "LedgerLine", "LedgerReason"]
