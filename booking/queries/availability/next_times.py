"""The soonest free times, for pages before a day is chosen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from booking.models import ClinicProfile, Offer
from booking.queries.availability.bookable_times import BookableTime, bookable_times
from booking.queries.availability.slots import load_availability

MAX_TIMES = 3
WEEK = timedelta(days=7)


def find_next_times(
    clinic: ClinicProfile, offers: Mapping[int, Offer], *, now: datetime
) -> list[BookableTime]:
    """Return the soonest free times of the offers' option, one per part of a day.

    The coming week is searched first, and the rest of the horizon only if that is full: six
    queries, or twelve.
    """
    if not offers:
        return []
    today = clinic.today(now)
    last = today + timedelta(days=clinic.horizon_days)
    week_ends = min(today + WEEK - timedelta(days=1), last)
    times = bookable_times(load_availability(clinic, offers, first=today, last=week_ends, now=now))
    if not times and week_ends < last:
        next_week = today + WEEK
        times = bookable_times(
            load_availability(clinic, offers, first=next_week, last=last, now=now)
        )
    return _one_a_part(times)


def _one_a_part(times: Sequence[BookableTime]) -> list[BookableTime]:
    soonest: dict[tuple[date, str], BookableTime] = {}
    for time in times:
        soonest.setdefault((time.day, time.part), time)
        if len(soonest) == MAX_TIMES:
            break
    return list(soonest.values())
