"""Who came for the first time, who came again, and how early they had booked.

A patient is new in the week or month of their first appointment that was kept; whoever had one
before comes again.
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
    """How many different people came, and how many of them for the first time."""

    people: int = 0
    new: int = 0

    @property
    def again(self) -> int:
        return self.people - self.new


@dataclass(frozen=True, slots=True)
class PatientReport:
    """One count for each piece of the period; the whole period, and the one before."""

    pieces: list[PatientCounts]
    total: PatientCounts
    before: PatientCounts


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How many appointments were booked how many whole days ahead, and half of them at most."""

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
        """How many were booked from `least` to `most` days ahead."""
        return sum(
            number
            for days, number in self.by_days.items()
            if days >= least and (most is None or days <= most)
        )


def compute_patient_counts(period: ReportPeriod) -> PatientReport:
    """Three queries, whatever the length."""
    seen = _distinct(appointments_in(period), part_case(period))
    both = _distinct(appointments_in_both_periods(period), period_case(period))
    new = _new(period)
    return PatientReport(
        [PatientCounts(seen.get(number, 0), new[number]) for number in range(len(period.pieces()))],
        PatientCounts(both.get(0, 0), sum(new.values()) - new[PREVIOUS_PERIOD]),
        PatientCounts(both.get(PREVIOUS_PERIOD, 0), new[PREVIOUS_PERIOD]),
    )


def lead_times(period: ReportPeriod) -> tuple[LeadTime, LeadTime]:
    """Of a period, and of the one before. One query."""
    lead = (EpochMinutes("starts_at") - EpochMinutes("booked_at")) / MINUTES_PER_DAY
    rows = (
        appointments_in_both_periods(period)
        .filter(kept_q)
        .values(side=period_case(period), days=lead)
        .annotate(number=Count("pk"))
        .values_list("side", "days", "number")
    )
    found: dict[int, dict[int, int]] = {PREVIOUS_PERIOD: {}, 0: {}}
    for side, days, number in rows:
        early = max(days, 0)  # written down afterwards: as good as at the door
        found[side][early] = found[side].get(early, 0) + number
    return LeadTime(found[0]), LeadTime(found[PREVIOUS_PERIOD])


def _distinct(rows: AppointmentQuerySet, where: Combinable) -> Mapping[int, int]:
    """Different people, by piece or side."""
    counted = rows.filter(kept_q).values(where=where)
    found = counted.annotate(people=Count("patient", distinct=True))
    return dict(found.values_list("where", "people"))


def _new(period: ReportPeriod) -> Counter[int]:
    """People whose first appointment is in a piece; one pass over the index by patient."""
    starts = [piece.starts_at for piece in period.pieces()]
    firsts = (
        Appointment.objects.filter(kept_q)
        .order_by()
        .values("patient")
        .annotate(first=Min("starts_at"))
        .filter(first__gte=period.before().starts_at, first__lt=period.ends_at)
        .values_list("first", flat=True)
    )
    return Counter(bisect_right(starts, first) - 1 for first in firsts)
