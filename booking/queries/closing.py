"""What is booked in a time in which the clinic is to be closed."""

from datetime import datetime

from booking.engine.hours import DAY, dates, wall_to_minutes
from booking.engine.spans import Spans
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Closure
from booking.models.appointment import LONGEST
from booking.queries.diaries import wall_span
from clinic.lib.epoch import from_minutes, to_minutes

LONGEST_CLOSURE_DAYS = 400
"""Beyond this only the first days are looked at: nothing is booked so far ahead."""


def booked_during(closure: Closure, clinic: ClinicProfile, now: datetime) -> list[Appointment]:
    """Appointments that are booked, not over, and share a minute with it. One query."""
    closed = _minutes_of(closure, clinic)
    if not closed:
        return []
    begins, ends = closed.pairs[0][0], closed.pairs[-1][1]
    rows = Appointment.objects.with_everything().filter(
        status=Status.BOOKED,
        starts_at__gte=max(from_minutes(begins) - LONGEST, now),
        starts_at__lt=from_minutes(ends),
    )
    return [row for row in rows if closed.meets(to_minutes(row.starts_at), to_minutes(row.ends_at))]


def _minutes_of(closure: Closure, clinic: ClinicProfile) -> Spans:
    whole_days = closure.starts is None or closure.ends is None
    wall = (0, DAY) if whole_days else wall_span(closure.starts, closure.ends)  # type: ignore[arg-type]
    days = dates(closure.first_day, closure.last_day)[:LONGEST_CLOSURE_DAYS]
    return Spans.of(span for day in days for span in wall_to_minutes(day, wall, clinic.zone))
