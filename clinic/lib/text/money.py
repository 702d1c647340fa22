"""Amounts of money in the active language."""

from decimal import Decimal
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
