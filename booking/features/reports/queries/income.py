"""What the appointments brought, by treatment and by therapist."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from booking.features.reports.queries.expressions import BEFORE, is_kept, rows_of_both, side_of
from booking.features.reports.queries.period import Period
from booking.models import ClinicProfile, Option, Therapist

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Earned:
    """What one treatment, or one therapist, brought; and in the period before."""

    name: str
    kept: int
    income: Decimal
    kept_before: int
    income_before: Decimal


@dataclass(frozen=True, slots=True)
class Income:
    """The same sum, divided in two ways; who or what brought most comes first."""

    by_treatment: list[Earned]
    by_therapist: list[Earned]


Row = tuple[int, int, int, int, Decimal | None]


def income(period: Period, clinic: ClinicProfile) -> Income:
    """Three queries, whatever the length."""
    rows: list[Row] = list(
        rows_of_both(period)
        .filter(is_kept)
        .values("therapist", "option", side=side_of(period))
        .annotate(kept=Count("pk"), income=Sum("price", filter=Q(currency=clinic.currency)))
        .values_list("side", "therapist", "option", "kept", "income")
    )
    treatments = dict(Option.objects.values_list("pk", "treatment__name"))
    therapists = dict(Therapist.objects.values_list("pk", "name"))
    return Income(
        by_treatment=_by(rows, lambda row: treatments[row[2]]),
        by_therapist=_by(rows, lambda row: row[1], names=therapists),
    )


def _by(
    rows: list[Row], key: Callable[[Row], int | str], names: Mapping[int, str] | None = None
) -> list[Earned]:
    """Rows of the same key added up; `names` says what the keys are called."""
    kept: Counter[tuple[int | str, bool]] = Counter()
    sums: defaultdict[tuple[int | str, bool], Decimal] = defaultdict(Decimal)
    for row in rows:
        place = key(row), row[0] == BEFORE
        kept[place] += row[3]
        sums[place] += row[4] or NOTHING
    found = [
        Earned(
            names[int(one)] if names else str(one),
            kept[one, False],
            sums[one, False],
            kept[one, True],
            sums[one, True],
        )
        for one in {one for one, _is_before in kept}
    ]
    return sorted(found, key=lambda earned: (-earned.income, -earned.income_before, earned.name))
