"""What became of the appointments, week by week or month by month."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from booking.features.reports.queries.expressions import (
    PREVIOUS_PERIOD,
    appointments_in_both_periods,
    kept_q,
    late_cancellation_q,
    part_case,
)
from booking.features.reports.queries.period import ReportPeriod
from booking.lifecycle import Status
from booking.models import ClinicProfile

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class AttendanceCounts:
    """How many appointments went which way, and what they brought."""

    kept: int = 0
    missed: int = 0
    late: int = 0
    early: int = 0
    income: Decimal = ZERO

    def __add__(self, other: "AttendanceCounts") -> "AttendanceCounts":
        return AttendanceCounts(
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
class AttendanceReport:
    """One count for each piece of the period, all of them together, and the period before."""

    pieces: list[AttendanceCounts]
    total: AttendanceCounts
    before: AttendanceCounts


def compute_attendance(period: ReportPeriod, clinic: ClinicProfile) -> AttendanceReport:
    """One query, whatever the length."""
    late = late_cancellation_q(clinic.cancellation_hours)
    cancelled = Q(status=Status.CANCELLED, booked_at__isnull=False)
    rows = (
        appointments_in_both_periods(period)
        .values(piece=part_case(period))
        .annotate(
            kept=Count("pk", filter=kept_q),
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
            late=Count("pk", filter=cancelled & late),
            cancelled=Count("pk", filter=cancelled),
            income=Sum("price", filter=kept_q & Q(currency=clinic.currency)),
        )
        .values_list("piece", "kept", "missed", "late", "cancelled", "income")
    )
    found = {
        piece: AttendanceCounts(kept, missed, late, cancelled - late, income or ZERO)
        for piece, kept, missed, late, cancelled, income in rows
    }
    pieces = [found.get(number, AttendanceCounts()) for number in range(len(period.pieces()))]
    return AttendanceReport(
        pieces, sum(pieces, AttendanceCounts()), found.get(PREVIOUS_PERIOD, AttendanceCounts())
    )
