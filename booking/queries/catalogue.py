"""The catalog of treatments that can be booked."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Max, Min, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from booking.models import Option, Therapist, Treatment


@dataclass(frozen=True, slots=True)
class BookableTreatment:
    """A treatment with its bookable options, shortest first; at least one."""

    treatment: Treatment
    options: tuple[Option, ...]

    @property
    def lowest_price(self) -> Decimal:
        """The lowest price of any option with any therapist."""
        prices: list[Decimal] = [option.lowest_price for option in self.options]  # type: ignore[attr-defined]
        return min(prices)

    @property
    def highest_price(self) -> Decimal:
        """The highest price of any option with any therapist."""
        prices: list[Decimal] = [option.highest_price for option in self.options]  # type: ignore[attr-defined]
        return max(prices)

    @property
    def default_option(self) -> Option:
        """The option of 60 minutes if there is one, else the shortest."""
        return next((option for option in self.options if option.minutes == 60), self.options[0])


def bookable_treatments() -> list[BookableTreatment]:
    """Return all bookable treatments, in catalog order. Two queries."""
    return [_bookable(treatment) for treatment in _with_options(Treatment.objects.bookable())]


def find_bookable_treatment(slug: str) -> BookableTreatment | None:
    """Return the bookable treatment with this slug, or None. Two queries."""
    treatment = _with_options(Treatment.objects.bookable().filter(slug=slug)).first()
    return None if treatment is None else _bookable(treatment)


def therapists_offering(treatment: Treatment) -> "QuerySet[Therapist]":
    """Return the active therapists who offer at least one bookable option of a treatment."""
    return Therapist.objects.filter(
        is_active=True, offers__option__treatment=treatment, offers__option__is_active=True
    ).distinct()


def _with_options(treatments: "QuerySet[Treatment]") -> "QuerySet[Treatment]":
    options = (
        Option.objects.filter(is_active=True, offers__therapist__is_active=True)
        .annotate(lowest_price=Min(Coalesce("offers__own_price", F("price"))))
        .annotate(highest_price=Max(Coalesce("offers__own_price", F("price"))))
        .order_by("minutes")
    )
    return treatments.prefetch_related(
        Prefetch("options", queryset=options, to_attr="bookable_options")
    )


def _bookable(treatment: Treatment) -> BookableTreatment:
    return BookableTreatment(treatment, tuple(treatment.bookable_options))  # type: ignore[attr-defined]
