"""Record payments at the desk and reverse them. Receipt numbers have no gaps."""

from decimal import Decimal

from django.db.models import Max

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.errors import ConcurrentChange, InvalidState, NothingToPay
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Payment, User
from booking.registries import ledger
from clinic.lib.dates import clock

NEVER_BOOKED = (Status.HOLD, Status.EXPIRED)


@write_action
def record_payment(
    appointment: Appointment, *, amount: Decimal, method: str, by: Actor, seen_payment_count: int
) -> Payment:
    """Record a payment and return it.

    `seen_payment_count` is the number of payments that staff had seen: after a double click, or
    a payment by a colleague, ConcurrentChange is raised. Raises NothingToPay for a hold.
    """
    user = _require_user(by)
    with write_transaction():
        row = lock_appointment(appointment)
        if row.status in NEVER_BOOKED:
            raise NothingToPay()
        if row.payments.count() != seen_payment_count:
            raise ConcurrentChange(
                list(
                    row.events.filter(
                        kind__in=[EventKind.PAYMENT_RECORDED, EventKind.PAYMENT_REVERSED]
                    )
                )
            )
        payment = Payment.objects.create(
            number=next_receipt_number(),
            appointment=row,
            amount=amount,
            currency=row.currency,
            method=method,
            description=f"{row.option.treatment.name}, {row.minutes} min",
            taken_at=clock.now(),
            taken_by=user,
        )
        record_event(row, EventKind.PAYMENT_RECORDED, by=by, **_event_details(payment))
        ledger.settle(row)
    return payment


@write_action
def record_payment_reversal(payment: Payment, *, by: Actor) -> Payment:
    """Reverse a payment with a negative one, and return that. A second call changes nothing.

    Raises InvalidState if the payment gives money back itself, or a part of it was given back.
    """
    user = _require_user(by)
    with write_transaction():
        row = lock_appointment(payment.appointment)
        existing = Payment.objects.filter(reverses=payment).first()
        if existing is not None:
            return existing
        if payment.amount < 0 or payment.refunded_by.exists():
            raise InvalidState()
        reversal = Payment.objects.create(
            number=next_receipt_number(),
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
            row, EventKind.PAYMENT_REVERSED, by=by, **_event_details(reversal), of=payment.number
        )
        ledger.settle(row)
    return reversal


def next_receipt_number() -> int:
    """Return the number of the next receipt, in the caller's transaction.

    The clinic's row is locked, so that a payment that is rolled back leaves no gap.
    """
    ClinicProfile.objects.select_for_update(no_key=True).get()
    return (Payment.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _event_details(payment: Payment) -> dict[str, object]:
    return {"number": payment.number, "amount": str(payment.amount), "method": payment.method}


def _require_user(by: Actor) -> User:
    """Return the user who records the payment. Raises InvalidState without one."""
    if by.user is None:
        raise InvalidState()
    return by.user
