"""Plain values that travel from a form to an action."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


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
class Contact:
    """What somebody is called, and how to reach them."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class PatientData:
    """What the desk keeps about a patient: contact, and what they like."""

    name: str
    email: str
    phone: str
    preferred_therapist: Any = None
    likes_evenings: bool = False
    likes_quiet: bool = False


@dataclass(frozen=True, slots=True)
class NewClinic:
    """What a clinic cannot be without."""

    name: str
    phone: str
    email: str
    street: str
    city: str
    postcode: str
    country: str
    time_zone: str
    currency: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NewTreatment:
    """A treatment to start from. `options` are minutes, minutes to clean up, and price."""

    name: str
    slug: str
    summary: str
    description: str
    who_for: str
    what_to_expect: str
    ask_first: str
    options: tuple[tuple[int, int, Decimal], ...]


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
