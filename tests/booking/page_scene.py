"""A small clinic for tests of pages: it is Monday noon in Chicago (see `frozen_clock`)."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from booking.models import ClinicProfile, Option, Room, Therapist, Treatment
from tests.factories import (
    ClinicProfileFactory,
    OfferFactory,
    OptionFactory,
    RoomFactory,
    TherapistFactory,
    TreatmentFactory,
    WeeklyHoursFactory,
)

CHICAGO = ZoneInfo("America/Chicago")


@dataclass
class Scene:
    """One treatment of one hour at 85.00, given by all therapists, weekdays from 9 to 17."""

    clinic: ClinicProfile
    treatment: Treatment
    option: Option
    therapists: list[Therapist]
    rooms: list[Room]

    @property
    def therapist(self) -> Therapist:
        return self.therapists[0]


def make_scene(therapists: int = 1, rooms: int = 1, **policy: Any) -> Scene:
    clinic = ClinicProfileFactory.create(**policy)
    room_rows = [RoomFactory.create() for _ in range(rooms)]
    treatment = TreatmentFactory.create(name="Swedish massage", slug="swedish", pressure="gentle")
    option = OptionFactory.create(treatment=treatment)
    people = [TherapistFactory.create(position=n) for n in range(therapists)]
    for person in people:
        OfferFactory.create(therapist=person, option=option)
        for weekday in range(5):
            WeeklyHoursFactory.create(
                therapist=person, weekday=weekday, starts=time(9), ends=time(17)
            )
    return Scene(clinic, treatment, option, people, room_rows)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A wall-clock time in Chicago, in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHICAGO)
