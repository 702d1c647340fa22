"""Which wishes for restless legs the clinic offers, and how much longer they take."""

from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import Accommodation, AccommodationRule


@dataclass(frozen=True, slots=True)
class OfferedAccommodation:
    """A wish that can be chosen, and the minutes it adds."""

    accommodation: Accommodation
    extra_minutes: int


def offered_accommodations() -> list[OfferedAccommodation]:
    """In their usual order. One query."""
    rules = {rule.accommodation: rule for rule in AccommodationRule.objects.all()}
    return [
        OfferedAccommodation(
            accommodation, rules[accommodation].extra_minutes if accommodation in rules else 0
        )
        for accommodation in Accommodation
        if accommodation not in rules or rules[accommodation].is_offered
    ]


def total_extra_minutes(wished: Iterable[str]) -> int:
    """How much longer these wishes make an appointment."""
    chosen = set(wished)
    return sum(one.extra_minutes for one in offered_accommodations() if one.accommodation in chosen)
