"""The actor of an action, and the record of its event in the history."""

from dataclasses import dataclass
from typing import Any, Self

from booking.models import Appointment, AppointmentEvent, User

ActorType = AppointmentEvent.ActorType
EventKind = AppointmentEvent.Kind


@dataclass(frozen=True, slots=True)
class Actor:
    """Who carries out an action, and the user if somebody is signed in."""

    actor_type: ActorType
    user: User | None = None
    ip_address: str = ""
    """Used for rate limits, which store only a keyed hash of it, and in the audit trail of health
    data."""

    @classmethod
    def guest(cls, ip_address: str = "") -> Self:
        """Return a patient without an account, on the public pages."""
        return cls(ActorType.GUEST, ip_address=ip_address)

    @classmethod
    def system(cls) -> Self:
        """Return the actor of scheduled jobs."""
        return cls(ActorType.SYSTEM)


def record_event(
    appointment: Appointment, kind: EventKind, *, by: Actor, **details: Any
) -> AppointmentEvent:
    """Append an event to the history. `details` must not hold anything about health."""
    return AppointmentEvent.objects.create(
        appointment=appointment, kind=kind, actor_type=by.actor_type, user=by.user, details=details
    )
