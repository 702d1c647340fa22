"""Times at which a patient could have the same appointment again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.core.cache import caches

from booking.models import Appointment, ClinicProfile
from booking.queries.availability.bookable_times import BookableTime, bookable_times
from booking.queries.availability.offers import find_offers
from booking.queries.availability.slots import load_availability_of_length

MAX_PROPOSALS = 3
SEARCHED_DAYS = 28
KEPT_SECONDS = 60
SAME_TIME_WITHIN = timedelta(hours=2)


def propose_again(
    clinic: ClinicProfile, appointment: Appointment, *, after: date, now: datetime
) -> list[BookableTime]:
    """Return up to three free times similar to an appointment's, on days after a date.

    Treatment, length and therapist are the same, extra minutes for what the patient needs included:
    they would be asked for again. Times on the same weekday and within two hours of
    the same time come first, then those nearest to that time on other days. Empty if the therapist
    does not offer it any more. Cached for a minute. Seven queries, or none.
    """
    wanted = appointment.starts_at.astimezone(clinic.zone)
    parts = (
        appointment.option_id,
        appointment.therapist_id,
        appointment.minutes,
        after,
        wanted.strftime("%w-%H-%M"),
    )
    key = f"again:{':'.join(map(str, parts))}"
    proposals: list[BookableTime] | None = caches["proposals"].get(key)
    if proposals is None or any(time.starts_at <= now for time in proposals):
        proposals = _find(clinic, appointment, after=after, now=now)
        caches["proposals"].set(key, proposals, KEPT_SECONDS)
    return proposals


def _find(
    clinic: ClinicProfile, appointment: Appointment, *, after: date, now: datetime
) -> list[BookableTime]:
    therapist = appointment.therapist.slug
    offers = find_offers(clinic, appointment.option_id, therapist=therapist)
    if not offers:
        return []
    last = clinic.today(now) + timedelta(days=clinic.horizon_days)
    first = max(after + timedelta(days=1), clinic.today(now))
    if first > last:
        return []
    until = min(first + timedelta(days=SEARCHED_DAYS - 1), last)
    minutes = max(appointment.minutes, appointment.option.minutes)
    availability = load_availability_of_length(
        clinic, offers, minutes=minutes, first=first, last=until, now=now
    )
    wanted = appointment.starts_at.astimezone(clinic.zone)
    closest = _closest_of_each_day(bookable_times(availability), wanted)
    proposals = sorted(closest, key=lambda time: _distance(time, wanted))[:MAX_PROPOSALS]
    return sorted(proposals, key=lambda time: time.starts_at)


def _closest_of_each_day(times: Sequence[BookableTime], wanted: datetime) -> list[BookableTime]:
    closest: dict[date, BookableTime] = {}
    for time in times:
        known = closest.get(time.day)
        if known is None or _time_apart(time, wanted) < _time_apart(known, wanted):
            closest[time.day] = time
    return list(closest.values())


def _distance(time: BookableTime, wanted: datetime) -> tuple[bool, bool, date]:
    """Return a sort key: same weekday and time first, then the same time, then the earliest."""
    is_same_time = _time_apart(time, wanted) <= SAME_TIME_WITHIN
    is_same_weekday = time.day.weekday() == wanted.weekday()
    return (not (is_same_time and is_same_weekday), not is_same_time, time.day)


def _time_apart(time: BookableTime, wanted: datetime) -> timedelta:
    """Return the difference between two times of day in local time."""
    minutes = (time.starts_at.hour - wanted.hour) * 60 + time.starts_at.minute - wanted.minute
    return timedelta(minutes=abs(minutes))
