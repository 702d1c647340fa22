"""Slots for pages: by day, by part of the day, or nearest to a requested time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from booking.engine.hours import to_local_datetime
from booking.engine.policy import part_of_day
from booking.engine.slots import Slot
from booking.models import Appointment, ClinicProfile, Offer
from booking.queries.availability.slots import Availability, load_availability
from clinic.lib.dates.epoch import from_minutes, to_minutes

PARTS_OF_DAY = ("morning", "afternoon", "evening")
PART_OF_DAY_LABELS = {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}
MAX_NEAREST_TIMES = 6
SEARCH_DAYS = 7


@dataclass(frozen=True)
class BookableTime:
    """A bookable start in the clinic's zone, as pages show it."""

    starts_at: datetime
    ends_at: datetime
    part: str
    price: Decimal
    therapists: tuple[str, ...]

    @cached_property
    def day(self) -> date:
        return self.starts_at.date()

    @property
    def value(self) -> str:
        """The form value: RFC 3339 with the offset."""
        return self.starts_at.isoformat()


def bookable_times(
    availability: Availability, *, part: str = "", moving: Appointment | None = None
) -> list[BookableTime]:
    """The bookable starts in the clinic's wall-clock time, in real order; of one part of the
    day (`PARTS`) if that is asked for. `moving` leaves out where that appointment is now."""
    zone = availability.clinic.zone
    return [
        _time(slot, availability)
        for slot in _elsewhere(availability, moving)
        if part in ("", part_of_day(slot.start, zone))
    ]


def group_by_day(
    times: Sequence[BookableTime], days: Sequence[date]
) -> Mapping[date, list[BookableTime]]:
    """Return the times of each date, in order; a date without times has an empty list."""
    table: dict[date, list[BookableTime]] = {day: [] for day in days}
    for time in times:
        table.setdefault(time.day, []).append(time)
    return table


def group_by_part_of_day(times: Sequence[BookableTime]) -> list[tuple[str, list[BookableTime]]]:
    """Return the non-empty parts of the day, each with its times."""
    groups = [(part, [time for time in times if time.part == part]) for part in PARTS_OF_DAY]
    return [(part, group) for part, group in groups if group]


def find_first_free_day(
    clinic: ClinicProfile,
    offers: Mapping[int, Offer],
    *,
    after: date,
    now: datetime,
    part: str = "",
    moving: Appointment | None = None,
) -> date | None:
    """Return the first date from `after` on with a bookable start, up to the horizon."""
    last = clinic.today(now) + timedelta(days=clinic.horizon_days)
    if after > last:
        return None
    availability = load_availability(
        clinic, offers, first=after, last=last, now=now, excluding=moving
    )
    starts = (slot.start for slot in _elsewhere(availability, moving))
    fitting = (start for start in starts if part in ("", part_of_day(start, clinic.zone)))
    first_start = next(fitting, None)
    return None if first_start is None else clinic.local_date(from_minutes(first_start))


def find_nearest_times(
    clinic: ClinicProfile,
    offers: Mapping[int, Offer],
    *,
    requested_start: datetime,
    now: datetime,
    moving: Appointment | None = None,
) -> list[BookableTime]:
    """Return the bookable starts closest to a requested time, in order of time."""
    today = clinic.today(now)
    earliest, latest = today, today + timedelta(days=clinic.horizon_days)
    day = min(max(requested_start.date(), earliest), latest)
    availability = load_availability(
        clinic,
        offers,
        first=day - timedelta(days=SEARCH_DAYS),
        last=day + timedelta(days=SEARCH_DAYS),
        now=now,
        excluding=moving,
    )
    requested_minute = to_minutes(requested_start)
    slots = _elsewhere(availability, moving)
    closest = sorted(slots, key=lambda slot: abs(slot.start - requested_minute))[:MAX_NEAREST_TIMES]
    return [_time(slot, availability) for slot in sorted(closest, key=lambda slot: slot.start)]


def _elsewhere(availability: Availability, moving: Appointment | None) -> list[Slot]:
    """Return the slots without the current start of an appointment to be moved."""
    slots = availability.slots()
    if moving is None:
        return slots
    current_start = to_minutes(moving.starts_at)
    return [
        slot
        for slot in slots
        if slot.start != current_start or moving.therapist_id not in slot.therapists
    ]


def _time(slot: Slot, availability: Availability) -> BookableTime:
    zone = availability.clinic.zone
    return BookableTime(
        starts_at=to_local_datetime(slot.start, zone),
        ends_at=from_minutes(slot.start + availability.session.minutes).astimezone(zone),
        part=part_of_day(slot.start, zone),
        price=availability.lowest_price_of(slot),
        therapists=tuple(availability.offers[pk].therapist.slug for pk in slot.therapists),
    )
