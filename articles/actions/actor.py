"""Who does it."""

from dataclasses import dataclass
from typing import Self

from booking.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, or nobody we know, or the site itself."""

    user: User | None = None
    address: str = ""
    """The network address of a reader, for fair use only; it is never stored."""

    @classmethod
    def reader(cls, address: str) -> Self:
        return cls(address=address)

    @classmethod
    def system(cls) -> Self:
        return cls()
