"""What the team should know about an appointment, encrypted."""

from booking.actions.actor import Actor, EventKind, record_event
from booking.actions.appointments.lock_appointment import check_no_newer_events, lock_appointment
from booking.actions.locks import write_action, write_transaction
from booking.models import Appointment


@write_action
def set_team_note(
    appointment: Appointment, text: str, *, by: Actor, seen: int | None = None
) -> Appointment:
    """Replace the note. The history says that it changed, never what it said. Raises
    ChangedMeanwhile when a colleague has written since the event `seen`."""
    with write_transaction():
        row = lock_appointment(appointment)
        if row.team_note == text:
            return row
        check_no_newer_events(row, seen, {EventKind.TEAM_NOTE_CHANGED})
        row.team_note = text
        row.save(update_fields=["team_note"])
        record_event(row, EventKind.TEAM_NOTE_CHANGED, by=by)
    return row
