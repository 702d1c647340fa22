"""The catalog of treatments that can be booked."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Max, Min, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from booking.models import Option, Therapist, Treatment
from clinic.lib.compiled_queries import compiled_query


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
    options = Prefetch("options", queryset=_bookable_options(), to_attr="bookable_options")
    return [
        BookableTreatment(treatment, tuple(treatment.bookable_options))
        for treatment in Treatment.objects.bookable().prefetch_related(options)
    ]


def find_bookable_treatment(slug: str) -> BookableTreatment | None:
    """Return the bookable treatment with this slug, or None. Two queries."""
    for treatment in _bookable_treatment(slug):
        options = _bookable_options_of(treatment.pk)
        for option in options:
            option.treatment = treatment
        return BookableTreatment(treatment, tuple(options))
    return None


@compiled_query
def _bookable_treatment(slug: str) -> "QuerySet[Treatment, Treatment]":
    return Treatment.objects.bookable().filter(slug=slug)


@compiled_query
def _bookable_options_of(treatment: int) -> "QuerySet[Option, Option]":
    return _bookable_options().filter(treatment=treatment)


def therapists_offering(treatment: Treatment) -> list[Therapist]:
    """Return the active therapists who offer at least one bookable option of a treatment."""
    return _therapists_offering(treatment.pk)


@compiled_query
def _therapists_offering(treatment: int) -> "QuerySet[Therapist, Therapist]":
    return Therapist.objects.filter(
        is_active=True, offers__option__treatment=treatment, offers__option__is_active=True
    ).distinct()


def _bookable_options() -> "QuerySet[Option]":
    return (
        Option.objects.filter(is_active=True, offers__therapist__is_active=True)
        .annotate(lowest_price=Min(Coalesce("offers__own_price", F("price"))))
        .annotate(highest_price=Max(Coalesce("offers__own_price", F("price"))))
        .order_by("minutes")
    )
