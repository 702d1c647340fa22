"""What every change of a booked appointment has in common."""

from collections.abc import Collection

from booking.actions.actor import Actor, Door, Kind
from booking.actions.rate_limit import Rule, spend, spend_by
from booking.errors import ChangedMeanwhile
from booking.models import Appointment

CHANGES = Rule("change", most=120)
CHANGES_OF_ONE = Rule("change-one", most=20, minutes=60)
"""Moving, cancelling, undoing: each tells people, so nobody may go back and forth for ever."""

PLACE_OR_STATE = frozenset(
    {
        Kind.MOVED,
        Kind.CANCELLED,
        Kind.RESTORED,
        Kind.ARRIVED,
        Kind.COMPLETED,
        Kind.MISSED,
        Kind.STEPPED_BACK,
    }
)
"""What somebody must know who is about to move or cancel."""


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


def check_seen(
    row: Appointment, seen: int | None, kinds: Collection[Kind] = PLACE_OR_STATE
) -> None:
    """Raise ChangedMeanwhile when anything of these kinds happened after the event `seen`."""
    if seen is None:
        return
    newer = row.events.filter(pk__gt=seen, kind__in=kinds).select_related("user")
    events = list(newer.order_by("pk"))
    if events:
        raise ChangedMeanwhile(events)
