"""Income by treatment and by therapist."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from booking.features.reports.queries.expressions import (
    PREVIOUS_PERIOD,
    appointments_in_both_periods,
    kept_q,
    period_case,
)
from booking.features.reports.queries.period import ReportPeriod
from booking.models import ClinicProfile, Option, Therapist

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class IncomeRow:
    """Appointments and income of a treatment or therapist, now and in the period before."""

    name: str
    kept: int
    income: Decimal
    kept_before: int
    income_before: Decimal


@dataclass(frozen=True, slots=True)
class IncomeReport:
    """The same income by treatment and by therapist, largest first."""

    by_treatment: list[IncomeRow]
    by_therapist: list[IncomeRow]


IncomeCounts = tuple[int, int, int, int, Decimal | None]


def compute_income(period: ReportPeriod, clinic: ClinicProfile) -> IncomeReport:
    """Sum the income of a period. Three queries, regardless of its length."""
    rows: list[IncomeCounts] = list(
        appointments_in_both_periods(period)
        .filter(kept_q)
        .values("therapist", "option", side=period_case(period))
        .annotate(kept=Count("pk"), income=Sum("price", filter=Q(currency=clinic.currency)))
        .values_list("side", "therapist", "option", "kept", "income")
    )
    treatments = dict(Option.objects.values_list("pk", "treatment__name"))
    therapists = dict(Therapist.objects.values_list("pk", "name"))
    return IncomeReport(
        by_treatment=_by(rows, lambda row: treatments[row[2]]),
        by_therapist=_by(rows, lambda row: row[1], names=therapists),
    )


def _by(
    rows: list[IncomeCounts],
    key: Callable[[IncomeCounts], int | str],
    names: Mapping[int, str] | None = None,
) -> list[IncomeRow]:
    """Add up rows of the same key. `names` are those of the keys, if they are not names."""
    counts: Counter[tuple[int | str, bool]] = Counter()
    sums: defaultdict[tuple[int | str, bool], Decimal] = defaultdict(Decimal)
    for row in rows:
        group = key(row), row[0] == PREVIOUS_PERIOD
        counts[group] += row[3]
        sums[group] += row[4] or ZERO
    income_rows = [
        IncomeRow(
            names[int(name_key)] if names else str(name_key),
            counts[name_key, False],
            sums[name_key, False],
            counts[name_key, True],
            sums[name_key, True],
        )
        for name_key in {name_key for name_key, _is_before in counts}
    ]
    return sorted(
        income_rows, key=lambda earned: (-earned.income, -earned.income_before, earned.name)
    )
