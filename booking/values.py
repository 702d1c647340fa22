"""Plain values that travel from a form to an action."""

from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What the browser may say: an option, a start, a therapist's slug (or any). Nothing else.

    `treatment`, the slug of the page it was said on, must be the option's own.
    """

    option: int
    start: datetime
    therapist: str | None = None
    treatment: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """Who comes, how to reach them, what they want us to know."""

    name: str
    email: str
    phone: str
    note: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class StaffWish:
    """Where staff want an appointment: any start, with one therapist; a room, or any that is free.

    End, price and status are the server's here too.
    """

    option: int
    start: datetime
    therapist: str
    room: int | None = None


@dataclass(frozen=True, slots=True)
class StaffTerms:
    """What only staff may say when they move an appointment.

    Another option, a certain room; the overrides they knowingly accept; and the last event of the
    history that they had before them, so that nobody undoes unseen what a colleague did.
    """

    option: int | None = None
    room: int | None = None
    accepted: frozenset[str] = frozenset()
    seen: int | None = None
