"""Plain values that travel from a form to an action."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class SlotRequest:
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
class ContactDetails:
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
class BookingRules:
    """When patients may book, move and cancel by themselves."""

    horizon_days: int
    notice_minutes: int
    grid_minutes: int
    cancellation_hours: int
    max_patient_moves: int

    def as_dict(self) -> dict[str, int]:
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
class StaffSlotRequest:
    """Where staff want an appointment: any start, with one therapist; a room, or any that is free.

    End, price and status are the server's here too.
    """

    option: int
    start: datetime
    therapist: str
    room: int | None = None


@dataclass(frozen=True, slots=True)
class MoveTerms:
    """What only staff may say when they move an appointment.

    Another option, a certain room; the overrides they knowingly accept; and the last event of the
    history that they had before them, so that nobody undoes unseen what a colleague did.
    """

    option: int | None = None
    room: int | None = None
    accepted: frozenset[str] = frozenset()
    seen: int | None = None


WallClockSpan = tuple[time, time]
"""From and until by the clock; an end of 00:00 is midnight at the end of the day."""
WeeklySpans = tuple[tuple[int, time, time], ...]
"""Weekday (Monday is 0), from, until; in order."""


@dataclass(frozen=True, slots=True)
class WeeklyHoursChange:
    """Other weekly hours from a date on, up to the next planned change.

    `until` is the last date before that one (None: for ever), as queries.patterns finds it.
    """

    therapist: int
    first: date
    week: WeeklySpans
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DateExceptionChange:
    """Other hours on one date; without spans a day off. None: the weekly hours again."""

    therapist: int
    day: date
    spans: tuple[WallClockSpan, ...] | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimeOffChange:
    """Time off, once, or several times as one series."""

    therapist: int
    spans: tuple[tuple[datetime, datetime], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewClosure:
    """Days, or hours of days, on which the whole clinic is to be closed."""

    name: str
    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class ClosureChange:
    """The clinic closes."""

    closures: tuple[NewClosure, ...]


ScheduleChange = WeeklyHoursChange | DateExceptionChange | TimeOffChange | ClosureChange
"""What can take time away from patients who have booked it."""


class ResolutionAction(StrEnum):
    """What becomes of an appointment whose time is lost."""

    KEEP = "keep"
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The choice for one appointment; `sequence` is the appointment's as it was seen then."""

    choice: ResolutionAction
    sequence: int
    start: datetime | None = None
    therapist: str | None = None
