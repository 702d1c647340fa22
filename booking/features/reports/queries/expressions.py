"""Expressions that the queries of the reports share."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThan

from booking.engine.hours import utc_offsets
from booking.features.reports.queries.period import DateRange, ReportPeriod
from booking.lifecycle import ACTIVE_BOOKING_STATUSES, Status
from booking.models import Appointment
from booking.models.appointments import AppointmentQuerySet
from clinic.lib.dates.epoch import EpochMinutes, from_minutes, to_minutes

PREVIOUS_PERIOD = -1
"""The number of the previous period, as parts of the period itself are numbered from 0."""
kept_q = Q(status__in=ACTIVE_BOOKING_STATUSES)


def appointments_in(part: DateRange) -> AppointmentQuerySet:
    """Return the appointments that start within a range of dates, of any status."""
    return Appointment.objects.filter(
        starts_at__gte=part.starts_at, starts_at__lt=part.ends_at
    ).order_by()


def appointments_in_both_periods(period: ReportPeriod) -> AppointmentQuerySet:
    """Return the appointments that start within a period or the one before it."""
    return appointments_in(DateRange(period.previous().first, period.last, period.zone))


def period_case(period: ReportPeriod) -> Combinable:
    """Return 0 for a start within the period, PREVIOUS_PERIOD for one before."""
    return step_case([period.starts_at], [PREVIOUS_PERIOD, 0])


def part_case(period: ReportPeriod) -> Combinable:
    """Return the number of the week or month of a start, or PREVIOUS_PERIOD."""
    starts = [part.starts_at for part in period.parts()]
    return step_case(starts, [PREVIOUS_PERIOD, *range(len(starts))])


def step_case(starts: Sequence[datetime], values: Sequence[int]) -> Combinable:
    """Return the first value for a start before the first instant, and so on.

    A balanced tree of comparisons: five years of weeks take eight comparisons a row.
    """
    if not starts:
        return Value(values[0], output_field=IntegerField())
    middle = len(starts) // 2
    return Case(
        When(starts_at__lt=starts[middle], then=step_case(starts[:middle], values[: middle + 1])),
        default=step_case(starts[middle + 1 :], values[middle + 1 :]),
        output_field=IntegerField(),
    )


def local_start_minutes(part: DateRange) -> Combinable:
    """Return the clinic's wall-clock time of a start, in minutes since 1970."""
    first, last = to_minutes(part.starts_at), to_minutes(part.ends_at)
    offsets = utc_offsets(first, last, part.zone)
    shift = step_case(
        [from_minutes(start) for start, _ in offsets[1:]], [offset for _, offset in offsets]
    )
    return EpochMinutes("starts_at") + shift


def minutes_until(end: str) -> Combinable:
    """Return the minutes from an appointment's start to the field `end`."""
    return EpochMinutes(end) - EpochMinutes("starts_at")


def late_cancellation_q(cancellation_hours: int) -> Q:
    """Match appointments canceled less than so many hours before their start."""
    notice = EpochMinutes("starts_at") - EpochMinutes("cancelled_at")
    return Q(status=Status.CANCELLED, cancelled_at__isnull=False) & Q(
        LessThan(notice, Value(cancellation_hours * 60))
    )
