"""Money at the counter: receipts without a gap in their numbers; mistakes are taken back."""

from decimal import Decimal

from django.db.models import Max

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.lock_appointment import locked
from booking.actions.locks import one_at_a_time
from booking.errors import ChangedMeanwhile, NothingToPay, NotPossibleNow
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Payment, User
from clinic.lib.dates import clock

NEVER_BOOKED = (Status.HOLD, Status.EXPIRED)


def record_payment(
    appointment: Appointment, *, amount: Decimal, method: str, by: Actor, seen: int
) -> Payment:
    """Take an amount. `seen` is how many payments staff had before them: a double click, or a
    colleague who was faster, raises ChangedMeanwhile. Raises NothingToPay."""
    user = _somebody(by)
    with one_at_a_time():
        row = locked(appointment)
        if row.status in NEVER_BOOKED:
            raise NothingToPay()
        if row.payments.count() != seen:
            raise ChangedMeanwhile(list(row.events.filter(kind__in=[Kind.PAID, Kind.PAID_BACK])))
        payment = Payment.objects.create(
            number=_next_number(),
            appointment=row,
            amount=amount,
            currency=row.currency,
            method=method,
            what=f"{row.option.treatment.name}, {row.minutes} min",
            taken_at=clock.now(),
            taken_by=user,
        )
        record(row, Kind.PAID, by=by, **_details(payment))
    return payment


def take_back_payment(payment: Payment, *, by: Actor) -> Payment:
    """Another receipt, below zero, that takes one back. Twice is once; it is final."""
    user = _somebody(by)
    with one_at_a_time():
        row = locked(payment.appointment)
        already = Payment.objects.filter(takes_back=payment).first()
        if already is not None:
            return already
        if payment.takes_back_id is not None:
            raise NotPossibleNow()
        back = Payment.objects.create(
            number=_next_number(),
            appointment=row,
            amount=-payment.amount,
            currency=payment.currency,
            method=payment.method,
            what=payment.what,
            taken_at=clock.now(),
            taken_by=user,
            takes_back=payment,
        )
        record(row, Kind.PAID_BACK, by=by, **_details(back), of=payment.number)
    return back


def _next_number() -> int:
    """The clinic's row is locked until the end: whoever comes next waits, and a receipt that is
    not written in the end leaves no gap."""
    ClinicProfile.objects.select_for_update(no_key=True).get()
    return (Payment.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _details(payment: Payment) -> dict[str, object]:
    return {"number": payment.number, "amount": str(payment.amount), "method": payment.method}


def _somebody(by: Actor) -> User:
    """Every receipt says who wrote it."""
    if by.user is None:
        raise NotPossibleNow()
    return by.user
