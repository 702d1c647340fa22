"""Close the proposal of another time when the appointment is settled."""

from booking.actions.actor import Actor
from booking.actions.holds.release_hold import release_hold
from booking.models import Appointment, MoveProposal
from clinic.lib.dates import clock


def close_proposal(row: Appointment, *, by: Actor) -> bool:
    """Close the open proposal of a locked appointment, and release the time held for it.

    Every action that moves, cancels or keeps the appointment calls it. Returns whether there was
    one.
    """
    proposals = MoveProposal.objects.open().filter(appointment=row).select_related("hold")
    closed = False
    for proposal in proposals:
        release_hold(proposal.hold, by=by)
        proposal.closed_at = clock.now()
        proposal.save(update_fields=["closed_at"])
        closed = True
    return closed
