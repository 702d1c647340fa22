"""Appointments kept, missed and canceled, by week or month."""

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
    """Numbers of appointments by outcome, and the income from them."""

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
        """The share that was missed or canceled late, of all but early cancellations."""
        lost = self.missed + self.late
        total = self.kept + lost
        return lost / total if total else None


@dataclass(frozen=True, slots=True)
class AttendanceReport:
    """The counts of each part of the period, of all of it, and of the previous period."""

    parts: list[AttendanceCounts]
    total: AttendanceCounts
    previous: AttendanceCounts


def compute_attendance(period: ReportPeriod, clinic: ClinicProfile) -> AttendanceReport:
    """Count the appointments of a period. One query, regardless of its length."""
    late = late_cancellation_q(clinic.cancellation_hours)
    cancelled = Q(status=Status.CANCELLED, booked_at__isnull=False)
    rows = (
        appointments_in_both_periods(period)
        .values(part=part_case(period))
        .annotate(
            kept=Count("pk", filter=kept_q),
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
            late=Count("pk", filter=cancelled & late),
            cancelled=Count("pk", filter=cancelled),
            income=Sum("price", filter=kept_q & Q(currency=clinic.currency)),
        )
        .values_list("part", "kept", "missed", "late", "cancelled", "income")
    )
    counts_by_part = {
        part: AttendanceCounts(kept, missed, late, cancelled - late, income or ZERO)
        for part, kept, missed, late, cancelled, income in rows
    }
    parts = [
        counts_by_part.get(number, AttendanceCounts()) for number in range(len(period.parts()))
    ]
    return AttendanceReport(
        parts,
        sum(parts, AttendanceCounts()),
        counts_by_part.get(PREVIOUS_PERIOD, AttendanceCounts()),
    )
