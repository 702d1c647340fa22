"""How many minutes of therapists' time can be booked soon. The holding limits are shares of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.core.cache import caches

from booking.engine.hours import dates_between
from booking.engine.spans import Spans
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Therapist
from booking.models.appointments import MAX_APPOINTMENT_LENGTH, AppointmentQuerySet
from booking.queries.availability.schedule_spans import load_open_spans
from clinic.lib.dates.epoch import EpochMinutes, from_minutes, to_next_minute

OPENING_DAYS = 14
CACHE_SECONDS = 60
"""How long a process caches the minutes. The limits need no newer figures."""


def opening_minutes(clinic: ClinicProfile, now: datetime) -> int:
    """Return the minutes that can be booked within OPENING_DAYS days from now.

    These are the hours of all therapists without their appointments. Times that are held, or booked
    under an unproven e-mail address, still count as openings. Rooms are not considered.
    """
    cache, key = caches["pages"], "opening-minutes"
    cached: tuple[datetime, int] | None = cache.get(key)
    if cached is not None and abs(now - cached[0]) < timedelta(seconds=CACHE_SECONDS):
        return cached[1]
    minutes = sum(end - start for spans in _openings(clinic, now) for start, end in spans)
    cache.set(key, (now, minutes), CACHE_SECONDS)
    return minutes


def working_minutes(clinic: ClinicProfile, therapist: int, day: date) -> int:
    """Return the minutes of a therapist's (pk) working hours on a date, booked or not."""
    spans = load_open_spans([therapist], [day], clinic.zone)
    return sum(end - start for start, end in spans.get(therapist, ()))


def unproven_bookings(now: datetime) -> "AppointmentQuerySet":
    """Return upcoming bookings of guests whose e-mail address is not proven."""
    return Appointment.objects.filter(
        status=Status.BOOKED, origin__is_proven=False, starts_at__gt=now
    )


def _openings(clinic: ClinicProfile, now: datetime) -> Iterator[Spans]:
    today = clinic.today(now)
    days = dates_between(today, today + timedelta(days=OPENING_DAYS))
    therapists = list(Therapist.objects.filter(is_active=True).values_list("pk", flat=True))
    hours = load_open_spans(therapists, days, clinic.zone)
    first = to_next_minute(now)
    window = Spans.of([(first, first + OPENING_DAYS * 24 * 60)])
    busy = _busy_spans(now)
    for therapist in therapists:
        yield (hours[therapist] & window) - Spans.of(busy.get(therapist, ()))


def _busy_spans(now: datetime) -> dict[int, list[tuple[int, int]]]:
    """Return, by therapist (pk), the spans of appointments other than holds and unproven
    bookings."""
    rows = (
        Appointment.objects.occupying(now)
        .exclude(status=Status.HOLD)
        .exclude(pk__in=unproven_bookings(now).values("pk"))
        .filter(
            starts_at__gte=now - MAX_APPOINTMENT_LENGTH,
            starts_at__lt=from_minutes(to_next_minute(now) + OPENING_DAYS * 24 * 60),
        )
        .order_by()
        .values_list("therapist_id", EpochMinutes("starts_at"), EpochMinutes("blocked_until"))
    )
    spans: dict[int, list[tuple[int, int]]] = {}
    for therapist, start, end in rows:
        spans.setdefault(therapist, []).append((start, end))
    return spans
