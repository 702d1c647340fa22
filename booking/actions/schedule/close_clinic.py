"""The clinic closes: for the year's public holidays, or for days of its own."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from booking.inputs import NewClosure
from booking.models import Closure


def close_for_holidays(holidays: Iterable[tuple[date, str]]) -> int:
    """Close the clinic on these days, as listed by `queries.holidays`. Returns how many are new.

    A day that is in the list of closures already stays as it is.
    """
    return add_closures(
        NewClosure(name=name, first_day=day, last_day=day) for day, name in holidays
    )


def add_closures(closures: Iterable[NewClosure]) -> int:
    """Write the closures that are not in the list yet. Returns how many are new."""
    with transaction.atomic():
        made = [
            Closure.objects.get_or_create(
                name=one.name,
                first_day=one.first_day,
                defaults={"last_day": one.last_day, "starts": one.starts, "ends": one.ends},
            )[1]
            for one in closures
        ]
    return sum(made)
