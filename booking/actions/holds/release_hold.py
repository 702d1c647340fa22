"""Release a hold: by the visitor, or by the clinic when it cannot offer the time any more."""

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
        row = _release(hold, by=by, keeps_draft=False)
        if row is not None and delete_answers:
            row.screenings.all().delete()


@write_action
def withdraw_hold(hold: Appointment, *, by: Actor) -> None:
    """Free the time because the clinic cannot offer it any more.

    The draft and the health answers stay as long as those of an expired hold, so that the visitor
    can take them to another time. Anything but a hold stays as it is.
    """
    with write_transaction():
        _release(hold, by=by, keeps_draft=True)


def _release(hold: Appointment, *, by: Actor, keeps_draft: bool) -> Appointment | None:
    """Release a hold and return its row, or None for anything but a hold."""
    row = lock_appointment(hold)
    if row.status != Status.HOLD:
        return None
    row.status, row.draft = Status.CANCELLED, row.draft if keeps_draft else ""
    row.save(update_fields=["status", "draft"])
    record_event(row, EventKind.RELEASED, by=by)
    return row
