"""Write an entry of the ledger: the only place that does."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from booking.features.money.models import (
    Account,
    EntryKind,
    LedgerEntry,
    LedgerLine,
    LedgerReason,
)
from booking.models import Appointment, ClinicProfile, Payment, User
from clinic.lib.dates import clock


@dataclass(frozen=True, slots=True)
class Line:
    """An amount in minor units on an account; above zero is a debit."""

    account: Account
    amount: int
    patient_id: int | None = None
    therapist_id: int | None = None

    def __neg__(self) -> "Line":
        return replace(self, amount=-self.amount)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be recorded. `key` names the event, so that it is recorded once."""

    kind: EntryKind
    key: str
    lines: tuple[Line, ...]
    description: str = ""
    reason: str = ""
    at: datetime | None = None
    user: User | None = None
    payment: Payment | None = None
    takes_back: LedgerEntry | None = None


def record_entry(new: NewEntry, appointment: Appointment) -> LedgerEntry:
    """Record an entry about an appointment, in the caller's transaction, and return it.

    Returns the one on file if there is one with its key. Lines of zero are left out. Entries are
    recorded one after the other: the clinic's row is locked.
    """
    with transaction.atomic():
        clinic = ClinicProfile.objects.select_for_update(no_key=True).get()
        if known := LedgerEntry.objects.filter(key=new.key).first():
            return known
        at = new.at or clock.now()
        entry = LedgerEntry(
            id=uuid4(),
            kind=new.kind,
            key=new.key,
            at=at,
            day=clinic.local_date(at),
            currency=appointment.currency,
            description=new.description,
            recorded_by=new.user,
            payment=new.payment,
            takes_back=new.takes_back,
        )
        LedgerLine.objects.bulk_create(_rows(entry, new.lines, appointment))
        entry.save(force_insert=True)
        if new.reason:
            LedgerReason.objects.create(entry=entry, text=new.reason)
    return entry


def record_taken_back(
    entry: LedgerEntry, appointment: Appointment, *, user: User | None, reason: str = ""
) -> LedgerEntry:
    """Record the opposite of an entry about an appointment, and return it."""
    lines = tuple(
        Line(Account(line.account), -line.amount, line.patient_id, line.therapist_id)
        for line in entry.lines.all()
    )
    new = NewEntry(
        EntryKind.TAKEN_BACK,
        f"back:{entry.pk}",
        lines,
        description=entry.description,
        reason=reason,
        user=user,
        takes_back=entry,
    )
    return record_entry(new, appointment)


def _rows(entry: LedgerEntry, lines: Iterable[Line], appointment: Appointment) -> list[LedgerLine]:
    return [
        LedgerLine(
            entry_id=entry.pk,
            account=line.account,
            amount=line.amount,
            patient_id=line.patient_id,
            therapist_id=line.therapist_id,
            appointment=appointment,
        )
        for line in lines
        if line.amount
    ]
