"""Save what a patient has typed so far with the hold, encrypted."""

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_open_hold
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import DETAILS_LIMIT, count_use_by_actor
from booking.models import Appointment


@write_action
def save_draft(hold: Appointment, draft: str, *, by: Actor) -> None:
    """Save the draft. A hold that is expired or withdrawn accepts it too, so that nothing is lost.

    Raises InvalidState for anything but a hold, and RateLimitExceeded.
    """
    count_use_by_actor(DETAILS_LIMIT, by)
    with write_transaction():
        row = lock_open_hold(hold)
        row.draft = draft
        row.save(update_fields=["draft"])
    hold.draft = draft
