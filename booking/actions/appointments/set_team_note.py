"""Set the team's note on an appointment, which is stored encrypted."""

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import check_no_newer_events, lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.errors import NotesRestricted
from booking.models import Appointment


@write_action
def set_team_note(
    appointment: Appointment, text: str, *, by: Actor, last_seen_event: int | None = None
) -> Appointment:
    """Replace the note. The history records that it changed, but not its text.

    Raises ConcurrentChange if a colleague changed the note after the event `last_seen_event`, and
    NotesRestricted.
    """
    with write_transaction():
        row = lock_appointment(appointment)
        if row.are_notes_restricted:
            raise NotesRestricted()
        if row.team_note == text:
            return row
        check_no_newer_events(row, last_seen_event, {EventKind.TEAM_NOTE_CHANGED})
        row.team_note = text
        row.save(update_fields=["team_note"])
        record_event(row, EventKind.TEAM_NOTE_CHANGED, by=by)
    return row
