"""Undo a move that staff have just made."""

from datetime import datetime
from typing import Any

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import (
    check_no_newer_events,
    count_change,
    lock_appointment,
)
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.reschedule import (
    RESCHEDULE_FIELDS,
    history_snapshot,
)
from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.errors import MoveUndoExpired
from booking.lifecycle import MOVE_UNDO_PERIOD, Status
from booking.models import Appointment, AppointmentEvent
from booking.notifications.subjects.appointments import notify_moved, withdraw_moved
from booking.notifications.subjects.staff_changes import notify_staff_of_change
from clinic.lib.dates import clock


@write_action
def undo_move(appointment: Appointment, *, move: int, by: Actor) -> Appointment:
    """Put the appointment back where it was before the event `move` (a primary key).

    A patient who has not been told of the move is told nothing. Raises MoveUndoExpired after
    MOVE_UNDO_PERIOD, for somebody else's move and for one that cannot be undone, ConcurrentChange
    if something has happened since, SlotTaken or RoomTaken if the former time is taken.
    """
    count_change(appointment, by)
    with write_transaction():
        event = _require_own_move(appointment, move, by)
        places: list[Any] = [event.details["from"], event.details["to"]]
        lock_resources(
            therapists={place["therapist"] for place in places},
            rooms={place["room"] for place in places},
        )
        row = lock_appointment(appointment)
        check_no_newer_events(row, event.pk)
        now = clock.now()
        if row.status != Status.BOOKED or now > event.at + MOVE_UNDO_PERIOD:
            raise MoveUndoExpired()
        after = history_snapshot(row)
        _restore_place(row, event)
        expire_overlapping_holds(
            [row.therapist_id],
            [row.room_id],
            starts_at=row.starts_at,
            blocked_until=row.blocked_until,
            now=now,
        )
        row.sequence += 1
        row.save(update_fields=RESCHEDULE_FIELDS)
        is_untold = withdraw_moved(row, event)
        undone = record_event(
            row,
            EventKind.MOVED,
            by=by,
            **{"from": after},
            to=history_snapshot(row),
            undoes=event.pk,
            **({"patient_notified": False} if is_untold else {}),
        )
        notify_moved(row, undone, notify_patient=not is_untold)
        notify_staff_of_change(row, undone)
    return row


def _require_own_move(appointment: Appointment, move: int, by: Actor) -> AppointmentEvent:
    """Return the move if this user made it and it can be undone. Raises MoveUndoExpired."""
    event = appointment.events.filter(pk=move, kind=EventKind.MOVED).first()
    if event is None or event.user_id != (by.user and by.user.pk) or "undo" not in event.details:
        raise MoveUndoExpired()
    return event


def _restore_place(row: Appointment, event: AppointmentEvent) -> None:
    """Set what the move has changed to the values that it stored."""
    before: dict[str, Any] = event.details["from"]
    undo: dict[str, Any] = event.details["undo"]
    confirmed_at = undo["attendance_confirmed_at"]
    row.option_id, row.price = before["option"], before["price"]
    row.therapist_id, row.room_id = before["therapist"], before["room"]
    row.starts_at = datetime.fromisoformat(before["starts_at"])
    row.ends_at = datetime.fromisoformat(before["ends_at"])
    row.blocked_until = datetime.fromisoformat(undo["blocked_until"])
    row.override, row.any_therapist = undo["override"], undo["any_therapist"]
    row.attendance_confirmed_at = datetime.fromisoformat(confirmed_at) if confirmed_at else None
