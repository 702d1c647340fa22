"""Plain values that forms pass to actions."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """The slot that a browser requests: option (pk), start, therapist (slug; None for any).

    `treatment`, the slug of the page, must be that of the option.
    """

    option: int
    start: datetime
    therapist: str | None = None
    treatment: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """Name and contact details of a new patient, and a note to the clinic."""

    name: str
    email: str
    phone: str
    note: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Name and contact details."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class PatientData:
    """The editable fields of a patient record: contact details and preferences."""

    name: str
    email: str
    phone: str
    preferred_therapist: Any = None
    likes_evenings: bool = False
    likes_quiet: bool = False
    addressed_as: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    spoken_language: str = ""


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """The details that patients change themselves: those of PatientData without the e-mail
    address."""

    name: str
    phone: str
    addressed_as: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    preferred_therapist: Any = None
    likes_evenings: bool = False
    likes_quiet: bool = False
    spoken_language: str = ""


@dataclass(frozen=True, slots=True)
class NewClinic:
    """The required fields of a clinic profile."""

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
    """The rules by which patients book, move and cancel online."""

    horizon_days: int
    notice_minutes: int
    grid_minutes: int
    cancellation_hours: int
    max_patient_moves: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NewTreatment:
    """A sample treatment. `options` are (minutes, turnaround minutes, price).

    `pressure` is a value of screening.outcomes.Pressure.
    """

    name: str
    slug: str
    summary: str
    description: str
    who_for: str
    what_to_expect: str
    ask_first: str
    pressure: str
    options: tuple[tuple[int, int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class StaffSlotRequest:
    """The slot that staff request: any start, one therapist (slug), a room (pk; None for any).

    The server determines end, price and status.
    """

    option: int
    start: datetime
    therapist: str
    room: int | None = None


@dataclass(frozen=True, slots=True)
class MoveTerms:
    """What only staff may choose when they move an appointment.

    With `notify_patient` the patient gets a mail, with `message_to_patient` as a sentence in it.

    Another option, a room, the overrides (values of lifecycle.Override) that they accept, and the
    primary key of the newest event they have seen, so that concurrent changes are noticed.
    """

    option: int | None = None
    room: int | None = None
    accepted_overrides: frozenset[str] = frozenset()
    last_seen_event: int | None = None
    notify_patient: bool = True
    message_to_patient: str = ""


WallClockSpan = tuple[time, time]
"""Start and end in local time; an end of 00:00 is midnight at the end of the day."""
WeeklySpans = tuple[tuple[int, time, time], ...]
"""Weekday (Monday is 0), start, end; sorted."""


@dataclass(frozen=True, slots=True)
class WeeklyHoursChange:
    """New weekly hours from `valid_from` on, until the next planned change.

    `valid_until` is the last date before that change, or None; see
    queries.schedule.weekly_patterns.
    """

    therapist: int
    valid_from: date
    week: WeeklySpans
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class DateExceptionChange:
    """Other hours on one date: no spans for a day off, None for the weekly hours again."""

    therapist: int
    day: date
    spans: tuple[WallClockSpan, ...] | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimeOffChange:
    """Time off, as one span or as a series of spans."""

    therapist: int
    spans: tuple[tuple[datetime, datetime], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewClosure:
    """A closure to add: whole days, or the same hours of each day."""

    name: str
    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class ClosureChange:
    """New closures of the clinic."""

    closures: tuple[NewClosure, ...]


@dataclass(frozen=True, slots=True)
class TherapistSwitchOff:
    """A therapist (primary key) takes no appointments from now on."""

    therapist: int


@dataclass(frozen=True, slots=True)
class RoomSwitchOff:
    """A room (primary key) is not used from now on."""

    room: int


@dataclass(frozen=True, slots=True)
class RoomKindChange:
    """A room becomes one of another kind. Both are primary keys."""

    room: int
    kind: int


@dataclass(frozen=True, slots=True)
class TreatmentRoomKindChange:
    """A treatment (primary key) needs a room of another kind (primary key; None: of any)."""

    treatment: int
    kind: int | None


@dataclass(frozen=True, slots=True)
class OptionsWithdrawal:
    """Options (primary keys) that cannot be booked from now on.

    With `therapist` (primary key) only that therapist does not give them any more. With `treatment`
    (primary key) they are all of its options, and it leaves the catalog.
    """

    options: tuple[int, ...]
    therapist: int | None = None
    treatment: int | None = None


HoursChange = WeeklyHoursChange | DateExceptionChange | TimeOffChange | ClosureChange
"""A change of hours that may affect booked appointments."""
RoomChange = RoomSwitchOff | RoomKindChange | TreatmentRoomKindChange
"""A change after which some appointments need another room, with the same therapist."""
ResourceChange = TherapistSwitchOff | RoomChange | OptionsWithdrawal
"""A change after which a therapist, a room or a treatment cannot be booked, or not together."""
ScheduleChange = HoursChange | ResourceChange
"""A change that may affect booked appointments."""


class ResolutionAction(StrEnum):
    """What to do with an appointment that a change of hours affects."""

    KEEP = "keep"
    MOVE = "move"
    ASK = "ask"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The action chosen for one affected appointment.

    `sequence` is the appointment's sequence when the choice was made.
    """

    action: ResolutionAction
    sequence: int
    start: datetime | None = None
    therapist: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """Which profile somebody gets: one that is there (primary key), or a new one.

    With neither, it is the profile with their name or address if there is exactly one, else new.
    """

    existing: int | None = None
    new: bool = False
