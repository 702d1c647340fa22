"""End the question to a patient about another time."""

from booking.actions.actor import Actor
from booking.actions.holds.release_hold import release_hold
from booking.models import Appointment, MoveProposal
from clinic.lib.dates import clock


def close_proposal(row: Appointment, *, by: Actor) -> bool:
    """End the open proposal of a locked appointment, and free the time that is held for it.

    Whatever settles the appointment calls it. Returns whether there was one.
    """
    proposals = MoveProposal.objects.open().filter(appointment=row).select_related("hold")
    closed = False
    for proposal in proposals:
        release_hold(proposal.hold, by=by)
        proposal.closed_at = clock.now()
        proposal.save(update_fields=["closed_at"])
        closed = True
    return closed
