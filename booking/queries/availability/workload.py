"""The workload of therapists."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum

from booking.engine.hours import day_segments
from booking.lifecycle import OCCUPYING_STATUSES
from booking.models import Appointment
from clinic.lib.dates.epoch import EpochMinutes, from_minutes
from clinic.lib.dates.zones import local_date


def booked_minutes_in_week(
    therapists: Iterable[int], moment: datetime, zone: ZoneInfo
) -> Mapping[int, int]:
    """Return minutes of treatment by therapist (pk) in the week (Monday to Sunday) of a moment."""
    day = local_date(moment, zone)
    monday = day - timedelta(days=day.weekday())
    week = [segment for n in range(7) for segment in day_segments(monday + timedelta(days=n), zone)]
    rows = (
        Appointment.objects.filter(
            therapist__in=therapists,
            status__in=OCCUPYING_STATUSES,
            starts_at__gte=from_minutes(week[0].start),
            starts_at__lt=from_minutes(week[-1].end),
        )
        .order_by()
        .values("therapist")
        .annotate(booked=Sum(EpochMinutes("ends_at") - EpochMinutes("starts_at")))
        .values_list("therapist", "booked")
    )
    return dict(rows)
