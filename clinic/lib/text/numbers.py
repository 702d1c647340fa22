"""Numbers as readers of the page's language write them."""

from decimal import Decimal

from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, to_locale


def format_integer(number: int) -> str:
    """12,345"""
    return str(format_decimal(number, locale=_locale()))


def format_one_decimal(number: float | Decimal) -> str:
    """12.5"""
    return str(format_decimal(number, format="#,##0.#", locale=_locale()))


def format_share(share: float) -> str:
    """4.3%, of 0.043"""
    return str(format_percent(share, format="#,##0.#%", locale=_locale()))


def format_signed_share(share: float) -> str:
    """+12% or -3%, of a change."""
    return str(format_percent(share, format="+#,##0%;-#,##0%", locale=_locale()))


def _locale() -> str:
    return to_locale(get_language() or "en")
