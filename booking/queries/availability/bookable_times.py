"""Slots for pages: by day, by part of the day, or nearest to a requested time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

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


class BookableTime(NamedTuple):
    """A bookable start in the clinic's zone, as pages show it.

    `value` and `ends_at_value` are start and end as RFC 3339 with the offset.
    """

    starts_at: datetime
    ends_at: datetime
    day: date
    value: str
    ends_at_value: str
    part: str
    price: Decimal
    therapists: tuple[str, ...]


def bookable_times(
    availability: Availability, *, part: str = "", moving: Appointment | None = None
) -> list[BookableTime]:
    """The bookable starts in the clinic's wall-clock time, in real order; of one part of the
    day (`PARTS`) if that is asked for. `moving` leaves out where that appointment is now."""
    zone = availability.clinic.zone
    slots = _elsewhere(availability, moving)
    if part:
        slots = [slot for slot in slots if part_of_day(slot.start, zone) == part]
    return _as_times(slots, availability)


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
    return _as_times(sorted(closest, key=lambda slot: slot.start), availability)


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


def _as_times(slots: Iterable[Slot], availability: Availability) -> list[BookableTime]:
    """Return the slots as pages show them. A month has hundreds, with few sets of therapists."""
    zone, minutes = availability.clinic.zone, availability.session.minutes
    prices = {pk: offer.price for pk, offer in availability.offers.items()}
    slugs = {pk: offer.therapist.slug for pk, offer in availability.offers.items()}
    offered: dict[tuple[int, ...], tuple[Decimal, tuple[str, ...]]] = {}
    times = []
    for slot in slots:
        if slot.therapists not in offered:
            lowest = min(prices[pk] for pk in slot.therapists)
            offered[slot.therapists] = lowest, tuple(slugs[pk] for pk in slot.therapists)
        price, therapists = offered[slot.therapists]
        local = _local_values(slot.start, slot.start + minutes, zone)
        times.append(BookableTime(*local, price, therapists))
    return times


@lru_cache(maxsize=16_384)
def _local_values(
    start: int, end: int, zone: ZoneInfo
) -> tuple[datetime, datetime, date, str, str, str]:
    """Return what BookableTime has of a session from its start to its part of the day."""
    starts_at, ends_at = to_local_datetime(start, zone), to_local_datetime(end, zone)
    texts = starts_at.isoformat(), ends_at.isoformat()
    return starts_at, ends_at, starts_at.date(), *texts, part_of_day(start, zone)
