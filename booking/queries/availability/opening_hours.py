"""The clinic's opening hours and closed days, as text for pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.models import Closure, OpeningHours
from booking.models.schedule import Weekday
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.dates import date_format

OpeningSpan = tuple[time, time]
CLOSURES_SHOWN_FOR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class DayHours:
    """The opening hours of one weekday; no spans means closed."""

    weekday: Weekday
    stretches: tuple[OpeningSpan, ...]

    @property
    def name(self) -> str:
        return str(self.weekday.label)

    @property
    def texts(self) -> list[str]:
        """Texts such as "9:00 am to 1:00 pm", one per span; or "closed"."""
        return [_in_words(*stretch) for stretch in self.stretches] or [_("closed")]


def weekly_opening_hours(request: HttpRequest) -> list[DayHours]:
    """Return Monday to Sunday, read once per request; empty if no hours were entered."""
    if not hasattr(request, "_opening_week"):
        request._opening_week = _week()  # type: ignore[attr-defined]
    week: list[DayHours] = request._opening_week  # type: ignore[attr-defined]
    return week


def opening_hours_lines(week: Sequence[DayHours]) -> list[str]:
    """Return lines such as "Monday to Friday: 8:00 am to 9:00 pm", equal days together."""
    lines = []
    for stretches, group in groupby(week, key=lambda day: day.stretches):
        days = list(group)
        if stretches:
            lines.append(f"{_days_in_words(days)}: {', '.join(days[0].texts)}")
    return lines


def upcoming_closed_days(today: date) -> list[Closure]:
    """Return the whole days of the next two months on which the clinic is closed. One query."""
    closures = Closure.objects.filter(
        starts__isnull=True, last_day__gte=today, first_day__lte=today + CLOSURES_SHOWN_FOR
    )
    return list(closures)


def _week() -> list[DayHours]:
    by_day: dict[int, list[OpeningSpan]] = {}
    for weekday, starts, ends in _opening_spans():
        by_day.setdefault(weekday, []).append((starts, ends))
    return [DayHours(day, tuple(by_day.get(day, ()))) for day in Weekday] if by_day else []


@compiled_query
def _opening_spans() -> "QuerySet[OpeningHours, tuple[int, time, time]]":
    return OpeningHours.objects.values_list("weekday", "starts", "ends")


def _days_in_words(days: Sequence[DayHours]) -> str:
    if len(days) == 1:
        return days[0].name
    names = {"first": days[0].name, "last": days[-1].name}
    if len(days) == 2:
        return _("%(first)s and %(last)s") % names
    return _("%(first)s to %(last)s") % names


def _in_words(starts: time, ends: time) -> str:
    end = _("midnight") if ends == time() else date_format.format_time(ends)
    return _("%(start)s to %(end)s") % {"start": date_format.format_time(starts), "end": end}
