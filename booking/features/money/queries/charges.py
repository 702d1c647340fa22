"""Which visits are charged."""

from datetime import datetime

from booking.lifecycle import Override, Status
from booking.models import Appointment, Payment

TOOK_PLACE = (Status.ARRIVED, Status.COMPLETED)
GONE = (Status.CANCELLED, Status.NO_SHOW)
NEVER_BOOKED = (Status.HOLD, Status.EXPIRED)


def first_receipt_at() -> datetime | None:
    """Return when the clinic's first receipt was written, or None. Earlier visits were paid
    elsewhere."""
    return Payment.objects.order_by("number").values_list("taken_at", flat=True).first()


def is_charged(appointment: Appointment) -> bool:
    """Return whether the patient owes the price of a visit, paid or not.

    Not before it took place. Visits before the clinic's first receipt, and those that staff entered
    afterwards, count as paid elsewhere, until a receipt is written for them.
    """
    if appointment.status not in TOOK_PLACE or not appointment.price:
        return False
    if appointment.payments.exists():
        return True
    if appointment.entered_afterwards or appointment.override == Override.PAST:
        return False
    first = first_receipt_at()
    return first is not None and appointment.starts_at >= first
