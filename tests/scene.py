"""A clinic for tests of booking: therapists, rooms and one treatment."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from booking.actions.actor import Actor
from booking.actions.holds.hold_slot import SlotRequest, hold_slot
from booking.inputs import PersonalDetails
from booking.models import Appointment, ClinicProfile, Option, Room, RoomKind, Therapist, Treatment
from tests.booking.health.answers import answer
from tests.factories import (
    ClinicProfileFactory,
    OfferFactory,
    OptionFactory,
    RoomFactory,
    RoomKindFactory,
    TherapistFactory,
    TreatmentFactory,
    works_all_week,
    works_on,
)

CHICAGO = ZoneInfo("America/Chicago")
TUESDAY = date(2026, 11, 24)
"""The day after the one on which `frozen_clock` stands still."""

GUEST = Actor.guest()
ADA = PersonalDetails("Ada Example", "ada@mail.example", "312-555-0101", "left knee")


@dataclass(frozen=True)
class Scene:
    """The clinic, and what can be booked there; `kind` is that of its rooms, or None for any."""

    clinic: ClinicProfile
    option: Option
    therapists: list[Therapist]
    rooms: list[Room]
    kind: RoomKind | None = None

    @property
    def treatment(self) -> Treatment:
        """The treatment of the option."""
        return self.option.treatment

    @property
    def therapist(self) -> Therapist:
        """The first therapist."""
        return self.therapists[0]

    def slot_request(self, start: datetime, therapist: Therapist | None = None) -> SlotRequest:
        """The option at that start, with that therapist or any."""
        return SlotRequest(self.option.pk, start, therapist.slug if therapist else None)

    def hold(
        self, start: datetime, therapist: Therapist | None = None, browser_key: str = "browser"
    ) -> Appointment:
        """Hold a slot as a guest, and answer "no" to all health questions."""
        hold = hold_slot(self.slot_request(start, therapist), by=GUEST, browser_key=browser_key)
        answer(hold)
        return Appointment.objects.with_related().get(pk=hold.pk)


def make_clinic(
    *, therapists: int = 1, rooms: int = 1, minutes: int = 60, turnaround: int = 15, **policy: Any
) -> Scene:
    """Make a clinic with one option, open every day from 9 to 17.

    The treatment needs a kind of room, and every room is of that kind.

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
    return Scene(clinic, option, people, [RoomFactory(kind=kind) for _ in range(rooms)], kind)


def make_weekday_clinic(therapists: int = 1, rooms: int = 1, **policy: Any) -> Scene:
    """Make a clinic with Swedish massage: an hour at 85.00, any room, weekdays from 9 to 17.

    `policy` goes to the clinic's profile.
    """
    clinic = ClinicProfileFactory(**policy)
    room_rows = [RoomFactory() for _ in range(rooms)]
    treatment = TreatmentFactory(name="Swedish massage", slug="swedish", pressure="gentle")
    option = OptionFactory(treatment=treatment)
    people = [TherapistFactory(position=place) for place in range(therapists)]
    for person in people:
        OfferFactory(therapist=person, option=option)
        works_on(range(5), person, time(9), time(17))
    return Scene(clinic, option, people, room_rows)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    """Return a wall-clock time in Chicago as an instant, on Tuesday by default."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHICAGO)


def on(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """Return a wall-clock time in Chicago on a day of November 2026, or of another month."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHICAGO)


def fresh(row: Appointment) -> Appointment:
    """Return the row as the database has it now, with its related rows."""
    return Appointment.objects.with_related().get(pk=row.pk)


def events(appointment: Appointment) -> list[str]:
    """Return the kinds of the appointment's events, in order."""
    return list(appointment.events.values_list("kind", flat=True))
