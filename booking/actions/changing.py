"""What every change of a booked appointment has in common."""

from booking.actions.actor import Actor, Door
from booking.actions.fair_use import Rule
from booking.models import Appointment

CHANGES = Rule("change", most=120)


def is_staff(by: Actor) -> bool:
    """Whether the clinic itself does it: the desk, or the system."""
    return by.door in (Door.STAFF, Door.SYSTEM)


def locked(appointment: Appointment) -> Appointment:
    """The row, read again, and nobody else's until the end of the transaction."""
    row = Appointment.objects.with_everything().select_for_update(of=("self",), no_key=True)
    return row.get(pk=appointment.pk)
