"""Lock an appointment, limit how often it is changed, and detect concurrent changes."""

from collections.abc import Collection

from django.db.models import QuerySet

from booking.actions.actor import Actor, ActorType, EventKind
from booking.actions.rate_limit import RateLimit, count_use, count_use_by_actor
from booking.errors import ConcurrentChange, InvalidState
from booking.lifecycle import OPEN_HOLD_STATUSES
from booking.models import Appointment
from booking.queries.appointments.withdrawn_holds import is_withdrawn
from clinic.lib.compiled_queries import compiled_query

CHANGE_LIMIT = RateLimit("change", most=120)
CHANGE_PER_APPOINTMENT_LIMIT = RateLimit("change-one", most=20, minutes=60)
"""Each move, cancellation or undo sends mail, so their number is limited."""

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
"""Events that staff must have seen before they move or cancel an appointment."""


def count_change(appointment: Appointment, by: Actor) -> None:
    """Count a change against the limits per network address and per appointment.

    Staff and the system are not limited. Raises RateLimitExceeded.
    """
    count_use_by_actor(CHANGE_LIMIT, by)
    if not is_clinic_actor(by):
        count_use(CHANGE_PER_APPOINTMENT_LIMIT, str(appointment.public_id))


def is_clinic_actor(by: Actor) -> bool:
    """Return whether the actor is the desk or the system, and not a patient."""
    return by.actor_type in (ActorType.STAFF, ActorType.SYSTEM)


def lock_appointment(appointment: Appointment) -> Appointment:
    """Read the appointment again and lock its row until the end of the transaction."""
    for row in _lock_row(appointment.pk):
        return row
    raise Appointment.DoesNotExist


@compiled_query
def _lock_row(pk: int) -> "QuerySet[Appointment, Appointment]":
    rows = Appointment.objects.with_related().filter(pk=pk)
    return rows.select_for_update(of=("self",), no_key=True)


def lock_open_hold(hold: Appointment) -> Appointment:
    """Read a hold again and lock its row.

    One that has expired, or that the clinic has withdrawn, still takes what its visitor types.
    Raises InvalidState if it was booked, or released by its visitor.
    """
    row = lock_appointment(hold)
    if row.status not in OPEN_HOLD_STATUSES and not is_withdrawn(row):
        raise InvalidState()
    return row


def check_no_newer_events(
    row: Appointment,
    last_seen_event: int | None,
    kinds: Collection[EventKind] = CONFLICTING_EVENT_KINDS,
) -> None:
    """Raise ConcurrentChange if an event of these kinds is newer than `last_seen_event`."""
    if last_seen_event is None:
        return
    newer = row.events.filter(pk__gt=last_seen_event, kind__in=kinds).select_related("user")
    events = list(newer.order_by("pk"))
    if events:
        raise ConcurrentChange(events)
