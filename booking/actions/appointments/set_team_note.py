"""What the team should know about an appointment, encrypted."""

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.lock_appointment import check_seen, locked
from booking.actions.locks import one_at_a_time
from booking.models import Appointment


def note_for_team(
    appointment: Appointment, text: str, *, by: Actor, seen: int | None = None
) -> Appointment:
    """Replace the note. The history says that it changed, never what it said. Raises
    ChangedMeanwhile when a colleague has written since the event `seen`."""
    with one_at_a_time():
        row = locked(appointment)
        if row.team_note == text:
            return row
        check_seen(row, seen, {Kind.NOTED})
        row.team_note = text
        row.save(update_fields=["team_note"])
        record(row, Kind.NOTED, by=by)
    return row
