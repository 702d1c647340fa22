"""Who does it, and how the history remembers."""

from dataclasses import dataclass
from typing import Any, Self

from booking.models import Appointment, AppointmentEvent, User

ActorType = AppointmentEvent.ActorType
EventKind = AppointmentEvent.Kind


@dataclass(frozen=True, slots=True)
class Actor:
    """The door that was used, and the user if somebody is signed in."""

    actor_type: ActorType
    user: User | None = None
    address: str = ""
    """The network address: counted for fair use, where only a keyed hash of it is stored, and
    written into the audit trail of health data."""

    @classmethod
    def guest(cls, address: str = "") -> Self:
        return cls(ActorType.GUEST, address=address)

    @classmethod
    def system(cls) -> Self:
        return cls(ActorType.SYSTEM)


def record_event(
    appointment: Appointment, kind: EventKind, *, by: Actor, **details: Any
) -> AppointmentEvent:
    """Append one line to the history. Details never hold anything about health."""
    return AppointmentEvent.objects.create(
        appointment=appointment, kind=kind, actor_type=by.actor_type, user=by.user, details=details
    )
