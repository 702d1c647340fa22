"""Load the demo clinic into an empty database, in one transaction."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice
from random import Random

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.demo import content
from booking.demo.clinic_data import create_clinic
from booking.demo.planner import (
    PlannedAppointment,
    TherapistOption,
    TherapistPlan,
    plan_appointments,
)
from booking.demo.screenings import create_screenings
from booking.demo.writer import AppointmentWriter, analyze_tables, create_patients
from booking.engine.hours import dates_between, grid_starts
from booking.engine.slots import SessionLength
from booking.errors import Refusal
from booking.lifecycle import Status
from booking.models import ClinicProfile, Offer, Patient, Room, Therapist, Treatment
from booking.queries.availability.schedule_spans import load_open_spans, span_of_days
from booking.registries import demo_data
from clinic.lib.dates.epoch import from_minutes, to_minutes

WEEKS_BACK = 9
YEARS_BACK = 100
MAX_PER_THERAPIST = 60_000  # about what a hundred years hold
PAST_OCCUPANCY = 0.71
TOMORROW_OCCUPANCY, HORIZON_OCCUPANCY = 0.55, 0.2
"""Shares of open time that are taken: before today, tomorrow, and at the horizon. Breaks
before closing and rooms that are taken lower them by some hundredths."""


class ClinicExists(Refusal):
    """The database is not empty."""

    message = _(
        "There is a clinic in this database already. Demo data is never mixed with it: "
        "use an empty database."
    )


class TooManyAppointments(Refusal):
    """There are too few therapists or rooms for the number of appointments."""

    message = _("So many appointments need more therapists or rooms. Please raise those too.")


@dataclass(frozen=True, slots=True)
class DemoSize:
    """The size of a demo. Without a number of appointments: two months back and two ahead."""

    therapists: int = 5
    rooms: int = 4
    patients: int = 400
    appointments: int | None = None
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What was created."""

    clinic: str
    therapists: int
    rooms: int
    patients: int
    appointments: Counter[Status]


def load_demo(size: DemoSize, *, now: datetime) -> LoadSummary:
    """Make the demo clinic. Raises ClinicExists or TooManyAppointments, and then leaves nothing
    behind.

    The same seed on the same day gives the same appointments, but for random identifiers.
    Appointments lie around today, as far ahead as booking is open and as far back as needed.
    """
    if (size.appointments or 0) > size.therapists * MAX_PER_THERAPIST:
        raise TooManyAppointments()
    rng = Random(size.seed)  # noqa: S311  # invents data, guards nothing
    with transaction.atomic():
        if any(model._default_manager.exists() for model in (ClinicProfile, Treatment, Patient)):
            raise ClinicExists()
        today = ClinicProfile(**content.PROFILE).today(now)
        clinic = create_clinic(therapists=size.therapists, rooms=size.rooms, today=today, rng=rng)
        writer = AppointmentWriter(
            create_patients(size.patients, now, rng), clinic.currency, now, rng
        )
        planned = Planner.for_clinic(clinic, now, rng).appointments(
            unlimited=size.appointments is not None
        )
        made = writer.write(islice(planned, size.appointments))
        create_screenings(now, rng)
        demo_data.add_demo_data()
        if size.appointments is not None and made.total() < size.appointments:
            raise TooManyAppointments()
        analyze_tables()
    return LoadSummary(clinic.name, size.therapists, size.rooms, size.patients, made)


@dataclass(frozen=True)
class Planner:
    """Plans a clinic's appointments, one range of dates at a time. `now` in epoch minutes."""

    clinic: ClinicProfile
    choices: dict[int, list[TherapistOption]]
    now: int
    rng: Random

    @classmethod
    def for_clinic(cls, clinic: ClinicProfile, now: datetime, rng: Random) -> "Planner":
        """Return a planner with the options of all therapists."""
        return cls(clinic, options_by_therapist(), to_minutes(now), rng)

    def appointments(self, *, unlimited: bool) -> Iterator[PlannedAppointment]:
        """Plan appointments from this week outwards; `unlimited` goes on into the past."""
        today = self.clinic.today(from_minutes(self.now))
        for first, last in date_ranges_around(today, self.clinic.horizon_days, unlimited=unlimited):
            yield from self._plan_dates(dates_between(first, last))

    def occupancy(self, start: int) -> float:
        """Return the share of time that is taken around a start, 0 to 1: less the farther ahead."""
        days_ahead = (start - self.now) / 1440
        if days_ahead <= 0:
            return PAST_OCCUPANCY
        ahead = min(1.0, days_ahead / self.clinic.horizon_days)
        return TOMORROW_OCCUPANCY + (HORIZON_OCCUPANCY - TOMORROW_OCCUPANCY) * ahead

    def _plan_dates(self, days: Sequence[date]) -> Iterator[PlannedAppointment]:
        zone = self.clinic.zone
        hours = load_open_spans(list(self.choices), days, zone)
        grid = [m for day in days for m in grid_starts(day, self.clinic.grid_minutes, zone)]
        workers = [
            TherapistPlan(therapist, hours[therapist], choices)
            for therapist, choices in self.choices.items()
        ]
        until = span_of_days(days, zone)[1]
        return plan_appointments(
            workers, until=until, grid=grid, now=self.now, occupancy=self.occupancy, rng=self.rng
        )


def options_by_therapist() -> dict[int, list[TherapistOption]]:
    """Return the options of each therapist with the suitable rooms; without those who have none."""
    weights = {text.slug: text.weight for text in content.TREATMENTS}
    rooms = list(Room.objects.values_list("pk", "kind_id"))
    choices: dict[int, list[TherapistOption]] = {
        pk: [] for pk in Therapist.objects.values_list("pk", flat=True)
    }
    for offer in Offer.objects.select_related("option__treatment").order_by("pk"):
        option, kind = offer.option, offer.option.treatment.room_kind_id
        suitable = [pk for pk, of_kind in rooms if kind is None or of_kind == kind]
        if suitable:
            session = SessionLength(option.minutes, option.turnaround_minutes)
            weight = weights[option.treatment.slug] * (2 if option.minutes == 60 else 1)
            choices[offer.therapist_id].append(
                TherapistOption(option.pk, session, offer.price, suitable, weight)
            )
    return {therapist: options for therapist, options in choices.items() if options}


def date_ranges_around(
    today: date, horizon_days: int, *, unlimited: bool
) -> Iterator[tuple[date, date]]:
    """Yield first and last dates: this week, the one before, the next, ...; then only the past.

    Going outwards, any number of appointments leaves the weeks around today equally full.
    """
    for week in count():
        ahead = today + timedelta(weeks=week)
        horizon = today + timedelta(days=horizon_days)
        if ahead <= horizon:
            yield ahead, min(ahead + timedelta(days=6), horizon)
        elif not unlimited:
            break
        if not unlimited and week >= WEEKS_BACK:
            continue
        if week > YEARS_BACK * 52:
            break
        yield today - timedelta(weeks=week + 1), today - timedelta(weeks=week, days=1)
