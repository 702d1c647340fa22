"""New and returning patients, and lead times.

A patient is new in the week or month of their first kept appointment, and returning later.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Min
from django.db.models.expressions import Combinable

from booking.features.reports.queries.expressions import (
    PREVIOUS_PERIOD,
    appointments_in,
    appointments_in_both_periods,
    kept_q,
    part_case,
    period_case,
)
from booking.features.reports.queries.period import ReportPeriod
from booking.models import Appointment
from booking.models.appointments import AppointmentQuerySet
from clinic.lib.dates.epoch import EpochMinutes

MINUTES_PER_DAY = 1440


@dataclass(frozen=True, slots=True)
class PatientCounts:
    """Numbers of different patients, and of those who are new."""

    patients: int = 0
    new: int = 0

    @property
    def returning(self) -> int:
        return self.patients - self.new


@dataclass(frozen=True, slots=True)
class PatientReport:
    """The counts of each part of the period, of all of it, and of the previous period."""

    parts: list[PatientCounts]
    total: PatientCounts
    previous: PatientCounts


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Numbers of appointments by the whole days that they were booked ahead."""

    by_days: Mapping[int, int]

    @property
    def median(self) -> int | None:
        half, passed = sum(self.by_days.values()) / 2, 0
        for days in sorted(self.by_days):
            passed += self.by_days[days]
            if passed >= half:
                return days
        return None

    def between(self, least: int, most: int | None) -> int:
        """Return how many were booked from `least` to `most` days ahead; None is no limit."""
        return sum(
            number
            for days, number in self.by_days.items()
            if days >= least and (most is None or days <= most)
        )


def compute_patient_counts(period: ReportPeriod) -> PatientReport:
    """Count the patients of a period. Three queries, regardless of its length."""
    by_part = _distinct(appointments_in(period), part_case(period))
    by_period = _distinct(appointments_in_both_periods(period), period_case(period))
    new = _new(period)
    return PatientReport(
        [
            PatientCounts(by_part.get(number, 0), new[number])
            for number in range(len(period.parts()))
        ],
        PatientCounts(by_period.get(0, 0), sum(new.values()) - new[PREVIOUS_PERIOD]),
        PatientCounts(by_period.get(PREVIOUS_PERIOD, 0), new[PREVIOUS_PERIOD]),
    )


def lead_times(period: ReportPeriod) -> tuple[LeadTime, LeadTime]:
    """Return the lead times of a period and of the one before. One query."""
    lead = (EpochMinutes("starts_at") - EpochMinutes("booked_at")) / MINUTES_PER_DAY
    rows = (
        appointments_in_both_periods(period)
        .filter(kept_q)
        .values(side=period_case(period), days=lead)
        .annotate(number=Count("pk"))
        .values_list("side", "days", "number")
    )
    counts: dict[int, dict[int, int]] = {PREVIOUS_PERIOD: {}, 0: {}}
    for side, days, number in rows:
        days_ahead = max(days, 0)  # booked after its start counts as booked on the day
        counts[side][days_ahead] = counts[side].get(days_ahead, 0) + number
    return LeadTime(counts[0]), LeadTime(counts[PREVIOUS_PERIOD])


def _distinct(rows: AppointmentQuerySet, where: Combinable) -> Mapping[int, int]:
    """Count different patients, by the value of `where`."""
    counted = rows.filter(kept_q).values(where=where)
    counts = counted.annotate(people=Count("patient", distinct=True))
    return dict(counts.values_list("where", "people"))


def _new(period: ReportPeriod) -> Counter[int]:
    """Count the patients whose first appointment is in a part, by its number."""
    starts = [part.starts_at for part in period.parts()]
    firsts = (
        Appointment.objects.filter(kept_q)
        .order_by()
        .values("patient")
        .annotate(first=Min("starts_at"))
        .filter(first__gte=period.previous().starts_at, first__lt=period.ends_at)
        .values_list("first", flat=True)
    )
    return Counter(bisect_right(starts, first) - 1 for first in firsts)
