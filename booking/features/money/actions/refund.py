"""Give a part of a payment back, with a receipt of its own."""

from decimal import Decimal

from django.db.models import Sum

from booking.access.roles import has_ability
from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.actions.payments import next_receipt_number
from booking.errors import NotAllowed
from booking.features.money.abilities import CHANGE_CHARGES
from booking.features.money.actions.record_entry import Line, NewEntry, record_entry
from booking.features.money.actions.settle import settle
from booking.features.money.errors import MoreThanReceived
from booking.features.money.models import Account, EntryKind, LedgerEntry
from booking.features.money.queries.balances import balance_of_appointment
from booking.models import Appointment, Payment, User
from clinic.lib.dates import clock
from clinic.lib.text.money import to_minor_units


def refundable(payment: Payment) -> Decimal:
    """Return what is left of a payment to give back; 0 for one that was taken back."""
    if payment.amount < 0 or hasattr(payment, "reversed_by"):
        return Decimal(0)
    given = payment.refunded_by.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return payment.amount + given


@write_action
def refund_payment(
    payment: Payment, *, amount: Decimal, reason: str, token: str, by: Actor
) -> Payment:
    """Give a part of a payment back by the same method, and return the receipt of it.

    What the patient would owe again because of it is a discount: the visit costs that much less.
    `token` is that of the form; a second call with it changes nothing. Raises MoreThanReceived or
    NotAllowed.
    """
    if by.user is None or not has_ability(by.user, CHANGE_CHARGES):
        raise NotAllowed()
    with write_transaction():
        row = lock_appointment(payment.appointment)
        key = f"refund:{token}"
        known = LedgerEntry.objects.filter(key=key).select_related("payment").first()
        if known is not None and known.payment is not None:
            return known.payment
        if amount > refundable(Payment.objects.get(pk=payment.pk)):
            raise MoreThanReceived()
        settle(row)
        owed_before = max(0, balance_of_appointment(row).owed)
        receipt = _write_receipt(row, payment, amount, by.user)
        units = to_minor_units(amount, payment.currency)
        lines = (
            Line(Account(payment.method), -units),
            Line(Account.PATIENT, units, patient_id=row.patient_id),
        )
        record_entry(
            NewEntry(
                EntryKind.REFUND, key, lines,
                description=payment.description, reason=reason, user=by.user, payment=receipt,
            ),
            row,
        )  # fmt: skip
        excess = max(0, balance_of_appointment(row).owed) - owed_before
        if excess > 0:
            _record_allowance(row, excess, token, reason, by)
        record_event(
            row, EventKind.PAYMENT_REFUNDED, by=by,
            number=receipt.number, amount=str(receipt.amount), of=payment.number,
        )  # fmt: skip
    return receipt


def _write_receipt(row: Appointment, payment: Payment, amount: Decimal, user: User) -> Payment:
    return Payment.objects.create(
        number=next_receipt_number(),
        appointment=row,
        amount=-amount,
        currency=payment.currency,
        method=payment.method,
        description=payment.description,
        taken_at=clock.now(),
        taken_by=user,
        refunds=payment,
    )


def _record_allowance(row: Appointment, units: int, token: str, reason: str, by: Actor) -> None:
    """Record that the visit costs less: otherwise the patient would owe what was given back."""
    record_entry(
        NewEntry(
            EntryKind.DISCOUNT,
            f"allowance:{token}",
            (
                Line(Account.PATIENT, -units, patient_id=row.patient_id),
                Line(Account.DISCOUNTS, units, therapist_id=row.therapist_id),
            ),
            reason=reason,
            user=by.user,
        ),
        row,
    )
