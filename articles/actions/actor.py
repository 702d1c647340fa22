"""Who does it."""

from dataclasses import dataclass
from typing import Self

from booking.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, or nobody we know, or the site itself."""

    user: User | None = None
    ip_address: str = ""
    """The network address of a reader, for fair use only; it is never stored."""

    @classmethod
    def reader(cls, ip_address: str) -> Self:
        return cls(ip_address=ip_address)

    @classmethod
    def system(cls) -> Self:
        return cls()
