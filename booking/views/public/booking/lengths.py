"""The lengths of a treatment, with what they cost."""

from dataclasses import dataclass
from decimal import Decimal

from booking.models import Option
from clinic.lib.text.money import format_short_money


@dataclass(frozen=True, slots=True)
class LengthChoice:
    """A length to choose, and what it costs with the chosen therapist, or with anyone."""

    option: Option
    price: str

    @property
    def pk(self) -> int:
        return self.option.pk

    @property
    def minutes(self) -> int:
        return self.option.minutes


def format_price_range(low: Decimal, high: Decimal, currency: str) -> str:
    """Format a price, or the lowest and the highest with a dash between them."""
    prices = [format_short_money(price, currency) for price in dict.fromkeys([low, high])]
    return " \N{EN DASH} ".join(prices)
