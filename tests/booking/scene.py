"""A clinic for tests of booking: therapists, rooms and one treatment, every day from 9 to 17."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.actions.actor import Actor
from booking.actions.holds.hold_slot import SlotRequest, hold_slot
from booking.inputs import PersonalDetails
from booking.models import Appointment, ClinicProfile, Option, Room, RoomKind, Therapist
from tests.booking.health.answers import answer
from tests.factories import (
    ClinicProfileFactory,
    OfferFactory,
    OptionFactory,
    RoomFactory,
    RoomKindFactory,
    TherapistFactory,
    works_all_week,
)

CHICAGO = ZoneInfo("America/Chicago")
TUESDAY = date(2026, 11, 24)
"""The day after the one on which `frozen_clock` stands still."""

GUEST = Actor.guest()
ADA = PersonalDetails("Ada Example", "ada@mail.example", "312-555-0101", "left knee")


@dataclass(frozen=True)
class Scene:
    """The clinic, and what can be booked there."""

    clinic: ClinicProfile
    kind: RoomKind
    option: Option
    therapists: list[Therapist]
    rooms: list[Room]

    def wish(self, start: datetime, therapist: Therapist | None = None) -> SlotRequest:
        """The option at that start, with that therapist or any."""
        return SlotRequest(self.option.pk, start, therapist.slug if therapist else None)

    def hold(
        self, start: datetime, therapist: Therapist | None = None, holder: str = "browser"
    ) -> Appointment:
        """Hold a slot as a guest, and answer "no" to all health questions."""
        hold = hold_slot(self.wish(start, therapist), by=GUEST, holder=holder)
        answer(hold)
        return Appointment.objects.with_related().get(pk=hold.pk)


def make_clinic(
    *, therapists: int = 1, rooms: int = 1, minutes: int = 60, turnaround: int = 15, **policy: Any
) -> Scene:
    """One treatment of one length that needs a kind of room; every room is of that kind.

    `policy` goes to the clinic's profile: notice_minutes, horizon_days, grid_minutes...
    """
    clinic = ClinicProfileFactory(**policy)
    kind = RoomKindFactory()
    option = OptionFactory(
        minutes=minutes, turnaround_minutes=turnaround, treatment__room_kind=kind
    )
    people = [TherapistFactory(position=place) for place in range(therapists)]
    for person in people:
        works_all_week(person)
        OfferFactory(therapist=person, option=option)
    return Scene(clinic, kind, option, people, [RoomFactory(kind=kind) for _ in range(rooms)])


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    """Return a wall-clock time in Chicago as an instant, on Tuesday by default."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHICAGO)


def fresh(row: Appointment) -> Appointment:
    """The row as the database has it now."""
    return Appointment.objects.with_related().get(pk=row.pk)


def events(appointment: Appointment) -> list[str]:
    """Return the kinds of the appointment's events, in order."""
    return list(appointment.events.values_list("kind", flat=True))
