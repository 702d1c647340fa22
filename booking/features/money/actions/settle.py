"""Bring the ledger up to date with the receipts and the status of an appointment."""

from datetime import datetime

from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.locks import write_action, write_transaction
from booking.features.money.actions.record_entry import (
    Line,
    NewEntry,
    record_entry,
    record_taken_back,
)
from booking.features.money.models import Account, EntryKind, LedgerEntry
from booking.features.money.queries.charges import GONE, NEVER_BOOKED, is_charged
from booking.features.money.queries.unsettled import unsettled_appointments
from booking.models import Appointment, Payment
from clinic.lib.text.money import to_minor_units

MAX_PER_RUN = 1000
"""How many appointments one run of the job settles at most."""


def settle(appointment: Appointment) -> None:
    """Record receipts that are not in the ledger, and charge the visit or take its charge back.

    Call it in a transaction that has locked the appointment. A second call changes nothing.
    """
    if appointment.patient_id is None or appointment.status in NEVER_BOOKED:
        return
    for payment in appointment.payments.filter(ledger_entry=None).order_by("number"):
        _record_payment(payment, appointment)
    visits = LedgerEntry.objects.filter(
        kind=EntryKind.VISIT, lines__appointment=appointment, taken_back_by=None
    )
    charged, wanted = visits.distinct().first(), is_charged(appointment)
    if wanted and charged is None:
        _charge(appointment)
    elif charged is not None and not wanted:
        record_taken_back(charged, appointment, user=None)


@write_action
def settle_locked(appointment: Appointment) -> None:
    """Lock an appointment and settle it."""
    with write_transaction():
        settle(lock_appointment(appointment))


def settle_all(now: datetime) -> int:
    """Settle appointments that the ledger does not agree with. Return how many.

    There are some after an upgrade during which the earlier version wrote receipts.
    """
    rows = list(unsettled_appointments()[:MAX_PER_RUN])
    for appointment in rows:
        settle_locked(appointment)
    return len(rows)


def _record_payment(payment: Payment, appointment: Appointment) -> None:
    amount = to_minor_units(payment.amount, payment.currency)
    kind = EntryKind.PAYMENT
    if payment.reverses_id or payment.refunds_id:
        kind = EntryKind.REVERSAL if payment.reverses_id else EntryKind.REFUND
    record_entry(
        NewEntry(
            kind,
            f"payment:{payment.pk}",
            (
                Line(Account(payment.method), amount),
                Line(Account.PATIENT, -amount, patient_id=appointment.patient_id),
            ),
            description=payment.description,
            at=payment.taken_at,
            user=payment.taken_by,
            payment=payment,
        ),
        appointment,
    )
    if kind == EntryKind.REVERSAL:
        _take_back_what_came_with(payment, appointment)
    elif kind == EntryKind.PAYMENT and appointment.status in GONE:
        _record_fee(payment, amount, appointment)


def _record_fee(payment: Payment, amount: int, appointment: Appointment) -> None:
    """Charge what is paid for a missed or canceled visit: it is the fee for it."""
    record_entry(
        NewEntry(
            EntryKind.FEE,
            f"fee:{payment.pk}",
            (
                Line(Account.PATIENT, amount, patient_id=appointment.patient_id),
                Line(Account.FEES, -amount, therapist_id=appointment.therapist_id),
            ),
            description=payment.description,
            at=payment.taken_at,
            user=payment.taken_by,
        ),
        appointment,
    )


def _take_back_what_came_with(reversal: Payment, appointment: Appointment) -> None:
    """Take back the fee that was recorded with a receipt."""
    keys = [f"fee:{reversal.reverses_id}"]
    for entry in LedgerEntry.objects.filter(key__in=keys, taken_back_by=None):
        record_taken_back(entry, appointment, user=reversal.taken_by)


def _charge(appointment: Appointment) -> None:
    """Charge the price of a visit."""
    price = to_minor_units(appointment.price, appointment.currency)
    earlier = LedgerEntry.objects.filter(
        kind=EntryKind.VISIT, lines__appointment=appointment
    ).distinct()
    record_entry(
        NewEntry(
            EntryKind.VISIT,
            f"visit:{appointment.pk}:{earlier.count() + 1}",
            (
                Line(Account.PATIENT, price, patient_id=appointment.patient_id),
                Line(Account.VISITS, -price, therapist_id=appointment.therapist_id),
            ),
            description=f"{appointment.option.treatment.name}, {appointment.minutes} min",
        ),
        appointment,
    )
