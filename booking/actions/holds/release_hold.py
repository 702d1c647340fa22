"""A patient gives a held time back."""

from booking.actions.actor import Actor, EventKind, record_event
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.locks import write_action, write_transaction
from booking.lifecycle import Status
from booking.models import Appointment


@write_action
def release_hold(hold: Appointment, *, by: Actor, forget: bool = True) -> None:
    """Free the time at once, and forget what was answered unless it goes along to another time.
    A hold that is over already stays as it is."""
    with write_transaction():
        row = lock_appointment(hold)
        if row.status != Status.HOLD:
            return
        row.status, row.draft = Status.CANCELLED, ""
        row.save(update_fields=["status", "draft"])
        if forget:
            row.screenings.all().delete()
        record_event(row, EventKind.RELEASED, by=by)
