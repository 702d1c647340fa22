"""Which wishes for restless legs the clinic offers, and how much longer they take."""

from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import Comfort, ComfortRule


@dataclass(frozen=True, slots=True)
class Offered:
    """A wish that can be chosen, and the minutes it adds."""

    comfort: Comfort
    extra_minutes: int


def offered_comforts() -> list[Offered]:
    """In their usual order. One query."""
    rules = {rule.comfort: rule for rule in ComfortRule.objects.all()}
    return [
        Offered(comfort, rules[comfort].extra_minutes if comfort in rules else 0)
        for comfort in Comfort
        if comfort not in rules or rules[comfort].is_offered
    ]


def extra_minutes(wished: Iterable[str]) -> int:
    """How much longer these wishes make an appointment."""
    chosen = set(wished)
    return sum(one.extra_minutes for one in offered_comforts() if one.comfort in chosen)
