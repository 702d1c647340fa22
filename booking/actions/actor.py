"""Who does it, and how the history remembers."""

from dataclasses import dataclass
from typing import Any, Self

from booking.models import Appointment, AppointmentEvent, User

Door = AppointmentEvent.Door
Kind = AppointmentEvent.Kind


@dataclass(frozen=True, slots=True)
class Actor:
    """The door that was used, and the user if somebody is signed in."""

    door: Door
    user: User | None = None
    address: str = ""
    """The network address: counted for fair use, where only a keyed hash of it is stored, and
    written into the audit trail of health data."""

    @classmethod
    def guest(cls, address: str = "") -> Self:
        return cls(Door.GUEST, address=address)

    @classmethod
    def system(cls) -> Self:
        return cls(Door.SYSTEM)


def record(appointment: Appointment, kind: Kind, *, by: Actor, **details: Any) -> AppointmentEvent:
    """Append one line to the history. Details never hold anything about health."""
    return AppointmentEvent.objects.create(
        appointment=appointment, kind=kind, door=by.door, user=by.user, details=details
    )
