"""Why a day has no free time: the clinic is closed, it is a holiday, it is over, or it is full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet

from booking.engine.hours import day_segments
from booking.engine.spans import Spans
from booking.models import Closure
from booking.queries.availability.slots import Availability
from clinic.lib.compiled_queries import compiled_query


class NoTimes(StrEnum):
    """Why a day has no free times."""

    CLOSED = "closed"
    HOLIDAY = "holiday"
    OVER = "over"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class DayWithoutTimes:
    """Why a day has no free times, with the name of the closure if it is one."""

    reason: NoTimes
    closure: str = ""


def explain_days(
    availability: Availability, days: Sequence[date]
) -> Mapping[date, DayWithoutTimes]:
    """Return, for each of consecutive days, the reason if it has no free times. One query."""
    closures = _whole_days_closed(days[0], days[-1])
    opened = Spans.of(
        span for calendar in availability.slot_query.calendars for span in calendar.open
    )
    return {day: _explain(availability, opened, day, closures) for day in days}


@compiled_query
def _whole_days_closed(first: date, last: date) -> "QuerySet[Closure, tuple[date, date, str]]":
    closures = Closure.objects.filter(starts=None, first_day__lte=last, last_day__gte=first)
    return closures.values_list("first_day", "last_day", "name")


def _explain(
    availability: Availability,
    opened: Spans,
    day: date,
    closures: Sequence[tuple[date, date, str]],
) -> DayWithoutTimes:
    earliest = availability.slot_query.window[0]
    segments = day_segments(day, availability.clinic.zone)
    hours = opened & Spans.of((segment.start, segment.end) for segment in segments)
    if hours:
        is_over = hours.pairs[-1][1] <= earliest
        return DayWithoutTimes(NoTimes.OVER if is_over else NoTimes.FULL)
    for first, last, name in closures:
        if first <= day <= last:
            return DayWithoutTimes(NoTimes.HOLIDAY, name)
    return DayWithoutTimes(NoTimes.CLOSED)
