"""Release a hold, by the patient."""

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.lifecycle import Status
from booking.models import Appointment


@write_action
def release_hold(hold: Appointment, *, by: Actor, delete_answers: bool = True) -> None:
    """Free the time and delete the draft.

    The health answers are deleted too, unless `delete_answers` is False because they move to
    another hold. Anything but a hold stays as it is.
    """
    with write_transaction():
        row = lock_appointment(hold)
        if row.status != Status.HOLD:
            return
        row.status, row.draft = Status.CANCELLED, ""
        row.save(update_fields=["status", "draft"])
        if delete_answers:
            row.screenings.all().delete()
        record_event(row, EventKind.RELEASED, by=by)
