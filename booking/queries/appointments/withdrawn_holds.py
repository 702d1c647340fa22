"""Holds that the clinic has released because it cannot offer their time any more."""

from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent

VISITORS = (AppointmentEvent.ActorType.GUEST, AppointmentEvent.ActorType.PATIENT)


def is_withdrawn(hold: Appointment) -> bool:
    """Return whether the clinic has released a hold, and not its visitor. At most one query."""
    if hold.status != Status.CANCELLED or hold.booked_at is not None:
        return False
    released = hold.events.filter(kind=AppointmentEvent.Kind.RELEASED)
    return released.exclude(actor_type__in=VISITORS).exists()
