"""What became of the appointments, week by week or month by month."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from booking.features.reports.queries.expressions import (
    BEFORE,
    is_kept,
    is_late,
    piece_of,
    rows_of_both,
)
from booking.features.reports.queries.period import Period
from booking.lifecycle import Status
from booking.models import ClinicProfile

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many appointments went which way, and what they brought."""

    kept: int = 0
    missed: int = 0
    late: int = 0
    early: int = 0
    income: Decimal = NOTHING

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.kept + other.kept,
            self.missed + other.missed,
            self.late + other.late,
            self.early + other.early,
            self.income + other.income,
        )

    @property
    def lost_share(self) -> float | None:
        """Missed or cancelled late, of all that were not cancelled in good time."""
        lost = self.missed + self.late
        whole = self.kept + lost
        return lost / whole if whole else None


@dataclass(frozen=True, slots=True)
class Attendance:
    """One count for each piece of the period, all of them together, and the period before."""

    pieces: list[Counts]
    total: Counts
    before: Counts


def attendance(period: Period, clinic: ClinicProfile) -> Attendance:
    """One query, whatever the length."""
    late = is_late(clinic.cancellation_hours)
    cancelled = Q(status=Status.CANCELLED, booked_at__isnull=False)
    rows = (
        rows_of_both(period)
        .values(piece=piece_of(period))
        .annotate(
            kept=Count("pk", filter=is_kept),
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
            late=Count("pk", filter=cancelled & late),
            cancelled=Count("pk", filter=cancelled),
            income=Sum("price", filter=is_kept & Q(currency=clinic.currency)),
        )
        .values_list("piece", "kept", "missed", "late", "cancelled", "income")
    )
    found = {
        piece: Counts(kept, missed, late, cancelled - late, income or NOTHING)
        for piece, kept, missed, late, cancelled, income in rows
    }
    pieces = [found.get(number, Counts()) for number in range(len(period.pieces()))]
    return Attendance(pieces, sum(pieces, Counts()), found.get(BEFORE, Counts()))
