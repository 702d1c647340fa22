"""The actor of an action: who changes something."""

from dataclasses import dataclass
from typing import Self

from booking.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """The user who acts; None for a reader, who is anonymous, and for the system itself."""

    user: User | None = None
    ip_address: str = ""
    """The IP address of a reader, for rate limits only. It is never stored."""

    @classmethod
    def reader(cls, ip_address: str) -> Self:
        """Return the actor for an anonymous reader with this IP address."""
        return cls(ip_address=ip_address)

    @classmethod
    def system(cls) -> Self:
        """Return the actor for jobs and commands."""
        return cls()
