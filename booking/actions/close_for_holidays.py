"""The year's public holidays become closures."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from booking.models import Closure


def close_for_holidays(holidays: Iterable[tuple[date, str]]) -> int:
    """Close the clinic on these days, as listed by `queries.holidays`. Returns how many are new.

    A day that is in the list of closures already stays as it is.
    """
    with transaction.atomic():
        made = [
            Closure.objects.get_or_create(name=name, first_day=day, defaults={"last_day": day})[1]
            for day, name in holidays
        ]
    return sum(made)
