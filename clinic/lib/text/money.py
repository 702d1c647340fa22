"""Amounts of money in the active language."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale


def format_money(amount: Decimal, currency: str) -> str:
    """Return an amount such as $85.00. `currency` is an ISO 4217 code."""
    return _format_money(amount, currency, to_locale(get_language() or "en"))


@lru_cache(maxsize=2048)
def _format_money(amount: Decimal, currency: str, locale: str) -> str:
    """Return the text of an amount: a page shows the same few again and again."""
    return str(format_currency(amount, currency, locale=locale))


def format_short_money(amount: Decimal, currency: str) -> str:
    """Return an amount such as $85, or $85.50 if it is not whole."""
    if amount != amount.to_integral_value():
        return format_money(amount, currency)
    locale = Locale.parse(to_locale(get_language() or "en"))
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)


def format_plain_amount(amount: Decimal, currency: str) -> str:
    """Return an amount for machines such as 85.00, with the decimals of the currency."""
    return f"{amount:.{get_currency_precision(currency)}f}"


def to_minor_units(amount: Decimal, currency: str) -> int:
    """Return an amount in minor units, such as 8500 cents. Rounds half up."""
    return int((amount * minor_units(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_minor_units(amount: int, currency: str) -> Decimal:
    """Return an amount in minor units as a number of the currency, such as 85.00."""
    return Decimal(amount).scaleb(-get_currency_precision(currency))


def minor_units(currency: str) -> int:
    """Return how many minor units one unit of the currency has: 100 cents, or 1."""
    return int(10 ** get_currency_precision(currency))
