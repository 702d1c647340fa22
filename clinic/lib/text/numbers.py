"""Numbers in the active language. The examples are in English."""

from decimal import Decimal

from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, to_locale


def format_integer(number: int) -> str:
    """Return an integer: 12,345."""
    return str(format_decimal(number, locale=_locale()))


def format_one_decimal(number: float | Decimal) -> str:
    """Return a number with at most one decimal: 12.5."""
    return str(format_decimal(number, format="#,##0.#", locale=_locale()))


def format_share(share: float) -> str:
    """Return a share in per cent: 4.3% for 0.043."""
    return str(format_percent(share, format="#,##0.#%", locale=_locale()))


def format_signed_share(share: float) -> str:
    """Return a change in per cent with its sign: +12% for 0.12."""
    return str(format_percent(share, format="+#,##0%;-#,##0%", locale=_locale()))


def _locale() -> str:
    return to_locale(get_language() or "en")
