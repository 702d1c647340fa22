"""What the reports' statements have in common: rows of a period, and where on it they lie."""

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
"""Where a row lies that belongs to the period before."""
kept_q = Q(status__in=ACTIVE_BOOKING_STATUSES)


def appointments_in(piece: DateRange) -> AppointmentQuerySet:
    """What starts within a piece of time, whatever became of it; in no order."""
    return Appointment.objects.filter(
        starts_at__gte=piece.starts_at, starts_at__lt=piece.ends_at
    ).order_by()


def appointments_in_both_periods(period: ReportPeriod) -> AppointmentQuerySet:
    """What starts within a period or the one before."""
    return appointments_in(DateRange(period.before().first, period.last, period.zone))


def period_case(period: ReportPeriod) -> Combinable:
    """BEFORE for what starts before the period, 0 for what starts in it."""
    return step_case([period.starts_at], [PREVIOUS_PERIOD, 0])


def part_case(period: ReportPeriod) -> Combinable:
    """BEFORE, or the number of the week or month, from 0 on."""
    starts = [piece.starts_at for piece in period.pieces()]
    return step_case(starts, [PREVIOUS_PERIOD, *range(len(starts))])


def step_case(starts: Sequence[datetime], values: Sequence[int]) -> Combinable:
    """The first value before the first of these instants, the second before the second...

    A tree of comparisons: five years of weeks take eight a row, and no arithmetic on times.
    """
    if not starts:
        return Value(values[0], output_field=IntegerField())
    middle = len(starts) // 2
    return Case(
        When(starts_at__lt=starts[middle], then=step_case(starts[:middle], values[: middle + 1])),
        default=step_case(starts[middle + 1 :], values[middle + 1 :]),
        output_field=IntegerField(),
    )


def local_start_minutes(piece: DateRange) -> Combinable:
    """What the clinic's clock reads when an appointment starts, in minutes since 1970."""
    first, last = to_minutes(piece.starts_at), to_minutes(piece.ends_at)
    found = utc_offsets(first, last, piece.zone)
    shift = step_case([from_minutes(start) for start, _ in found[1:]], [off for _, off in found])
    return EpochMinutes("starts_at") + shift


def minutes_until(end: str) -> Combinable:
    """How long it takes from the start to another of its instants."""
    return EpochMinutes(end) - EpochMinutes("starts_at")


def late_cancellation_q(cancellation_hours: int) -> Q:
    """Cancelled within so many hours of the start, counted as the policy of changes counts."""
    notice = EpochMinutes("starts_at") - EpochMinutes("cancelled_at")
    return Q(status=Status.CANCELLED, cancelled_at__isnull=False) & Q(
        LessThan(notice, Value(cancellation_hours * 60))
    )
