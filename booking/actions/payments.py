"""Money at the counter: receipts without a gap in their numbers; mistakes are taken back."""

from decimal import Decimal

from django.db.models import Max

from booking.actions.actor import Actor, EventKind, record_event
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.locks import write_action, write_transaction
from booking.errors import ConcurrentChange, InvalidState, NothingToPay
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Payment, User
from clinic.lib.dates import clock

NEVER_BOOKED = (Status.HOLD, Status.EXPIRED)


@write_action
def record_payment(
    appointment: Appointment, *, amount: Decimal, method: str, by: Actor, seen: int
) -> Payment:
    """Take an amount. `seen` is how many payments staff had before them: a double click, or a
    colleague who was faster, raises ConcurrentChange. Raises NothingToPay."""
    user = _require_user(by)
    with write_transaction():
        row = lock_appointment(appointment)
        if row.status in NEVER_BOOKED:
            raise NothingToPay()
        if row.payments.count() != seen:
            raise ConcurrentChange(
                list(
                    row.events.filter(
                        kind__in=[EventKind.PAYMENT_RECORDED, EventKind.PAYMENT_REVERSED]
                    )
                )
            )
        payment = Payment.objects.create(
            number=_next_receipt_number(),
            appointment=row,
            amount=amount,
            currency=row.currency,
            method=method,
            description=f"{row.option.treatment.name}, {row.minutes} min",
            taken_at=clock.now(),
            taken_by=user,
        )
        record_event(row, EventKind.PAYMENT_RECORDED, by=by, **_event_details(payment))
    return payment


@write_action
def record_payment_reversal(payment: Payment, *, by: Actor) -> Payment:
    """Another receipt, below zero, that takes one back. Twice is once; it is final."""
    user = _require_user(by)
    with write_transaction():
        row = lock_appointment(payment.appointment)
        already = Payment.objects.filter(reverses=payment).first()
        if already is not None:
            return already
        if payment.reverses_id is not None:
            raise InvalidState()
        back = Payment.objects.create(
            number=_next_receipt_number(),
            appointment=row,
            amount=-payment.amount,
            currency=payment.currency,
            method=payment.method,
            description=payment.description,
            taken_at=clock.now(),
            taken_by=user,
            reverses=payment,
        )
        record_event(
            row, EventKind.PAYMENT_REVERSED, by=by, **_event_details(back), of=payment.number
        )
    return back


def _next_receipt_number() -> int:
    """The clinic's row is locked until the end: whoever comes next waits, and a receipt that is
    not written in the end leaves no gap."""
    ClinicProfile.objects.select_for_update(no_key=True).get()
    return (Payment.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _event_details(payment: Payment) -> dict[str, object]:
    return {"number": payment.number, "amount": str(payment.amount), "method": payment.method}


def _require_user(by: Actor) -> User:
    """Every receipt says who wrote it."""
    if by.user is None:
        raise InvalidState()
    return by.user
