"""The lengths of a treatment, with their prices."""

from dataclasses import dataclass
from decimal import Decimal

from booking.models import Option
from clinic.lib.text.money import format_short_money


@dataclass(frozen=True, slots=True)
class LengthChoice:
    """A length that can be chosen, with its price: of the chosen therapist, or the range of all."""

    option: Option
    price: str

    @property
    def pk(self) -> int:
        return self.option.pk

    @property
    def minutes(self) -> int:
        return self.option.minutes


def format_price_range(low: Decimal, high: Decimal, currency: str) -> str:
    """Return a price as text, or the lowest and the highest with a dash between them."""
    prices = [format_short_money(price, currency) for price in dict.fromkeys([low, high])]
    return " \N{EN DASH} ".join(prices)
