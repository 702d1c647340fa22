"""Tips, products, discounts and write-offs of one appointment, each with one action.

All of them take a `token` of the form: the same form sent twice is recorded once.
"""

from decimal import Decimal

from booking.access.roles import has_ability
from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.errors import InvalidState, NotAllowed
from booking.features.money.abilities import CHANGE_CHARGES
from booking.features.money.actions.record_entry import (
    Line,
    NewEntry,
    record_entry,
    record_taken_back,
)
from booking.features.money.errors import AlreadyTakenBack, MoreThanDue, NotCharged
from booking.features.money.models import Account, EntryKind, LedgerEntry
from booking.features.money.queries.balances import balance_of_appointment
from booking.features.money.queries.charges import NEVER_BOOKED
from booking.models import Appointment, User
from clinic.lib.text.money import from_minor_units, to_minor_units

REVERSIBLE = (EntryKind.TIP, EntryKind.PRODUCT, EntryKind.DISCOUNT, EntryKind.WRITE_OFF)
"""What staff can take back if it was a mistake. Receipts have a way of their own."""


@write_action
def charge_tip(appointment: Appointment, *, amount: Decimal, token: str, by: Actor) -> LedgerEntry:
    """Charge a tip, which is owed to the therapist of the visit."""
    return _record(EntryKind.TIP, Account.TIPS, appointment, amount, token=token, by=by)


@write_action
def charge_product(
    appointment: Appointment, *, amount: Decimal, description: str, token: str, by: Actor
) -> LedgerEntry:
    """Charge a product that the patient takes home, with its name."""
    return _record(
        EntryKind.PRODUCT, Account.PRODUCTS, appointment, amount,
        token=token, by=by, description=description,
    )  # fmt: skip


@write_action
def give_discount(
    appointment: Appointment, *, amount: Decimal, reason: str, token: str, by: Actor
) -> LedgerEntry:
    """Charge less for a visit, with the reason. Raises MoreThanDue or NotAllowed."""
    _require_ability(by)
    return _record(
        EntryKind.DISCOUNT, Account.DISCOUNTS, appointment, -amount,
        token=token, by=by, reason=reason,
    )  # fmt: skip


@write_action
def write_off(
    appointment: Appointment, *, amount: Decimal, reason: str, token: str, by: Actor
) -> LedgerEntry:
    """Give up what a patient owes for a visit, with the reason.

    Raises MoreThanDue, NotCharged or NotAllowed.
    """
    _require_ability(by)
    return _record(
        EntryKind.WRITE_OFF, Account.WRITE_OFFS, appointment, -amount,
        token=token, by=by, reason=reason,
    )  # fmt: skip


@write_action
def take_back(
    entry: LedgerEntry, appointment: Appointment, *, reason: str, by: Actor
) -> LedgerEntry:
    """Take a tip, product, discount or write-off back. A second call changes nothing.

    Raises AlreadyTakenBack for other entries, and NotAllowed.
    """
    if entry.kind in (EntryKind.DISCOUNT, EntryKind.WRITE_OFF):
        _require_ability(by)
    if entry.kind not in REVERSIBLE:
        raise AlreadyTakenBack()
    with write_transaction():
        row = lock_appointment(appointment)
        done = LedgerEntry.objects.filter(takes_back=entry).first()
        if done is not None:
            return done
        back = record_taken_back(entry, row, user=_user(by), reason=reason)
        _record_change(row, back, by)
    return back


@write_action
def _record(
    kind: EntryKind,
    account: Account,
    appointment: Appointment,
    amount: Decimal,
    *,
    token: str,
    by: Actor,
    description: str = "",
    reason: str = "",
) -> LedgerEntry:
    """Record what the patient is to pay more, or less if the amount is below zero."""
    with write_transaction():
        row = lock_appointment(appointment)
        if row.status in NEVER_BOOKED or row.patient_id is None:
            raise InvalidState()
        key, units = f"{kind}:{token}", to_minor_units(amount, row.currency)
        if known := LedgerEntry.objects.filter(key=key).first():
            return known
        if units < 0:
            _require_due(row, -units, kind)
        lines = (
            Line(Account.PATIENT, units, patient_id=row.patient_id),
            Line(account, -units, therapist_id=row.therapist_id),
        )
        new = NewEntry(kind, key, lines, description=description, reason=reason, user=_user(by))
        entry = record_entry(new, row)
        _record_change(row, entry, by)
    return entry


def _require_due(row: Appointment, units: int, kind: EntryKind) -> None:
    """Raise MoreThanDue or NotCharged unless so much is still to pay."""
    balance = balance_of_appointment(row)
    if kind == EntryKind.WRITE_OFF and balance.charged <= 0:
        raise NotCharged()
    due = balance.owed if kind == EntryKind.WRITE_OFF else balance.due
    if units > due:
        raise MoreThanDue()


def _record_change(row: Appointment, entry: LedgerEntry, by: Actor) -> None:
    line = next(line for line in entry.lines.all() if line.account == Account.PATIENT)
    amount = from_minor_units(line.amount, entry.currency)
    record_event(row, EventKind.CHARGE_CHANGED, by=by, entry=entry.kind, amount=str(amount))


def _user(by: Actor) -> User:
    if by.user is None:
        raise InvalidState()
    return by.user


def _require_ability(by: Actor) -> None:
    """Raise NotAllowed unless the actor may give discounts and refunds."""
    if by.user is None or not has_ability(by.user, CHANGE_CHARGES):
        raise NotAllowed()
