"""What the reports' statements have in common: rows of a period, and where on it they lie."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThan

from booking.engine.hours import offsets
from booking.features.reports.queries.period import Period, Piece
from booking.lifecycle import KEPT, Status
from booking.models import Appointment
from booking.models.appointments import AppointmentQuerySet
from clinic.lib.dates.epoch import EpochMinutes, from_minutes, to_minutes

BEFORE = -1
"""Where a row lies that belongs to the period before."""
is_kept = Q(status__in=KEPT)


def rows_of(piece: Piece) -> AppointmentQuerySet:
    """What starts within a piece of time, whatever became of it; in no order."""
    return Appointment.objects.filter(
        starts_at__gte=piece.starts_at, starts_at__lt=piece.ends_at
    ).order_by()


def rows_of_both(period: Period) -> AppointmentQuerySet:
    """What starts within a period or the one before."""
    return rows_of(Piece(period.before().first, period.last, period.zone))


def side_of(period: Period) -> Combinable:
    """BEFORE for what starts before the period, 0 for what starts in it."""
    return stepped([period.starts_at], [BEFORE, 0])


def piece_of(period: Period) -> Combinable:
    """BEFORE, or the number of the week or month, from 0 on."""
    starts = [piece.starts_at for piece in period.pieces()]
    return stepped(starts, [BEFORE, *range(len(starts))])


def stepped(starts: Sequence[datetime], values: Sequence[int]) -> Combinable:
    """The first value before the first of these instants, the second before the second...

    A tree of comparisons: five years of weeks take eight a row, and no arithmetic on times.
    """
    if not starts:
        return Value(values[0], output_field=IntegerField())
    middle = len(starts) // 2
    return Case(
        When(starts_at__lt=starts[middle], then=stepped(starts[:middle], values[: middle + 1])),
        default=stepped(starts[middle + 1 :], values[middle + 1 :]),
        output_field=IntegerField(),
    )


def wall_minutes(piece: Piece) -> Combinable:
    """What the clinic's clock reads when an appointment starts, in minutes since 1970."""
    first, last = to_minutes(piece.starts_at), to_minutes(piece.ends_at)
    found = offsets(first, last, piece.zone)
    shift = stepped([from_minutes(start) for start, _ in found[1:]], [off for _, off in found])
    return EpochMinutes("starts_at") + shift


def minutes_of(end: str) -> Combinable:
    """How long it takes from the start to another of its instants."""
    return EpochMinutes(end) - EpochMinutes("starts_at")


def is_late(cancellation_hours: int) -> Q:
    """Cancelled within so many hours of the start, counted as the policy of changes counts."""
    notice = EpochMinutes("starts_at") - EpochMinutes("cancelled_at")
    return Q(status=Status.CANCELLED, cancelled_at__isnull=False) & Q(
        LessThan(notice, Value(cancellation_hours * 60))
    )
