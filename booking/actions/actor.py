"""The actor of an action: who carries it out, and from where."""

from dataclasses import dataclass
from typing import Self

from booking.models import AppointmentEvent, Patient, User

ActorType = AppointmentEvent.ActorType
EventKind = AppointmentEvent.Kind


@dataclass(frozen=True, slots=True)
class Actor:
    """Who carries out an action, and the user if somebody is signed in."""

    actor_type: ActorType
    user: User | None = None
    ip_address: str = ""
    """For rate limits, which store only a keyed hash of it, and for the audit trail."""

    proven_mailbox: str = ""
    """The hash of an e-mail address that the visitor has proven, see `proven_emails`; "" if
    none."""

    for_patient: Patient | None = None
    """The patient for whom the user acts as a proxy, or None."""

    @classmethod
    def guest(cls, ip_address: str = "", *, proven_mailbox: str = "") -> Self:
        """Return a patient without an account, on the public pages."""
        return cls(ActorType.GUEST, ip_address=ip_address, proven_mailbox=proven_mailbox)

    @classmethod
    def system(cls) -> Self:
        """Return the actor of scheduled jobs."""
        return cls(ActorType.SYSTEM)
