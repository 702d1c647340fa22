"""The accommodations for restless legs that the clinic offers, and the time they take."""

from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import Accommodation, AccommodationRule


@dataclass(frozen=True, slots=True)
class OfferedAccommodation:
    """An accommodation that can be chosen, and the minutes by which it lengthens a session."""

    accommodation: Accommodation
    extra_minutes: int


def offered_accommodations() -> list[OfferedAccommodation]:
    """Return what the clinic offers, in the order of Accommodation. One query."""
    rules = {rule.accommodation: rule for rule in AccommodationRule.objects.all()}
    return [
        OfferedAccommodation(
            accommodation, rules[accommodation].extra_minutes if accommodation in rules else 0
        )
        for accommodation in Accommodation
        if accommodation not in rules or rules[accommodation].is_offered
    ]


def total_extra_minutes(accommodations: Iterable[str]) -> int:
    """Return the minutes by which these accommodations lengthen a session. One query."""
    chosen = set(accommodations)
    offered = offered_accommodations()
    return sum(offer.extra_minutes for offer in offered if offer.accommodation in chosen)
