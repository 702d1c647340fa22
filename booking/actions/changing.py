"""What every change of a booked appointment has in common."""

from booking.actions.actor import Actor, Door
from booking.actions.fair_use import Rule, spend, spend_by
from booking.models import Appointment

CHANGES = Rule("change", most=120)
CHANGES_OF_ONE = Rule("change-one", most=20, minutes=60)
"""Moving, cancelling, undoing: each tells people, so nobody may go back and forth for ever."""


def spend_change(appointment: Appointment, by: Actor) -> None:
    """Count a change by its address and by its appointment. Staff and the system are free."""
    spend_by(CHANGES, by)
    if not is_staff(by):
        spend(CHANGES_OF_ONE, str(appointment.public_id))


def is_staff(by: Actor) -> bool:
    """Whether the clinic itself does it: the desk, or the system."""
    return by.door in (Door.STAFF, Door.SYSTEM)


def locked(appointment: Appointment) -> Appointment:
    """The row, read again, and nobody else's until the end of the transaction."""
    row = Appointment.objects.with_everything().select_for_update(of=("self",), no_key=True)
    return row.get(pk=appointment.pk)
