"""What every change of a booked appointment has in common."""

from collections.abc import Collection

from booking.actions.actor import Actor, ActorType, EventKind
from booking.actions.rate_limit import RateLimit, hit, hit_for_actor
from booking.errors import ConcurrentChange
from booking.models import Appointment

CHANGE_LIMIT = RateLimit("change", most=120)
CHANGE_PER_APPOINTMENT_LIMIT = RateLimit("change-one", most=20, minutes=60)
"""Moving, cancelling, undoing: each tells people, so nobody may go back and forth for ever."""

CONFLICTING_EVENT_KINDS = frozenset(
    {
        EventKind.MOVED,
        EventKind.CANCELLED,
        EventKind.RESTORED,
        EventKind.ARRIVED,
        EventKind.COMPLETED,
        EventKind.NO_SHOW,
        EventKind.STATUS_REVERTED,
    }
)
"""What somebody must know who is about to move or cancel."""


def hit_change_limits(appointment: Appointment, by: Actor) -> None:
    """Count a change by its address and by its appointment. Staff and the system are free."""
    hit_for_actor(CHANGE_LIMIT, by)
    if not is_clinic_actor(by):
        hit(CHANGE_PER_APPOINTMENT_LIMIT, str(appointment.public_id))


def is_clinic_actor(by: Actor) -> bool:
    """Whether the clinic itself does it: the desk, or the system."""
    return by.actor_type in (ActorType.STAFF, ActorType.SYSTEM)


def lock_appointment(appointment: Appointment) -> Appointment:
    """The row, read again, and nobody else's until the end of the transaction."""
    row = Appointment.objects.with_related().select_for_update(of=("self",), no_key=True)
    return row.get(pk=appointment.pk)


def check_no_newer_events(
    row: Appointment, seen: int | None, kinds: Collection[EventKind] = CONFLICTING_EVENT_KINDS
) -> None:
    """Raise ConcurrentChange when anything of these kinds happened after the event `seen`."""
    if seen is None:
        return
    newer = row.events.filter(pk__gt=seen, kind__in=kinds).select_related("user")
    events = list(newer.order_by("pk"))
    if events:
        raise ConcurrentChange(events)
