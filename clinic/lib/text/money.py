"""Amounts as readers of the page's language write them."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale


def format_money(amount: Decimal, currency: str) -> str:
    """$85.00; the currency is an ISO 4217 code."""
    return format_currency(amount, currency, locale=to_locale(get_language() or "en"))


def format_plain_amount(amount: Decimal, currency: str) -> str:
    """85.00, for machines: a point, and as many places as the currency has."""
    return f"{amount:.{get_currency_precision(currency)}f}"
