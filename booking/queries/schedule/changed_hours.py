"""What hours would be after a change of them, before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.engine.hours import WeeklyRule
from booking.engine.spans import NOTHING, Spans
from booking.inputs import AwayChange, Change, ClosingChange, DayChange, WeekChange
from booking.queries.availability.schedule_spans import Layers, spans_of_closures, wall_span
from clinic.lib.dates.epoch import to_minutes

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom and which dates a change concerns: None is everybody, or for ever."""

    therapist: int | None
    first: date
    last: date | None


def reach_of(change: Change, zone: ZoneInfo) -> Reach:
    """The most that a change can touch."""
    match change:
        case WeekChange():
            return Reach(change.therapist, change.first, change.until)
        case DayChange():
            return Reach(change.therapist, change.day, change.day)
        case AwayChange():
            first = min(starts for starts, _ in change.spans)
            last = max(ends for _, ends in change.spans)
            days = [moment.astimezone(zone).date() for moment in (first, last)]
            return Reach(change.therapist, days[0], days[1])
        case ClosingChange():
            days = [day for one in change.closings for day in (one.first_day, one.last_day)]
            return Reach(None, min(days), max(days))


def changed(layers: Layers, change: Change, days: Sequence[date], zone: ZoneInfo) -> Layers:
    """The layers as they would be: what the action writes, and nothing else."""
    match change:
        case WeekChange(therapist=who):
            rules = _other_week(layers.weekly.get(who, ()), change)
            return replace(layers, weekly={**layers.weekly, who: rules})
        case DayChange(therapist=who):
            own = dict(layers.exceptions.get(who, {}))
            own.pop(change.day, None)
            if change.spans is not None:
                own[change.day] = [wall_span(*span) for span in change.spans]
            return replace(layers, exceptions={**layers.exceptions, who: own})
        case AwayChange(therapist=who):
            away = [*layers.away.get(who, ()), *taken_away(change, days, zone)]
            return replace(layers, away={**layers.away, who: away})
        case ClosingChange():
            return replace(layers, closed=layers.closed | taken_away(change, days, zone))


def taken_away(change: Change, days: Sequence[date], zone: ZoneInfo) -> Spans:
    """The time that a change takes outright, whatever the hours are."""
    match change:
        case AwayChange():
            return Spans.of((to_minutes(starts), to_minutes(ends)) for starts, ends in change.spans)
        case ClosingChange():
            rows = [(one.first_day, one.last_day, one.starts, one.ends) for one in change.closings]
            return spans_of_closures(rows, days, zone)
        case _:
            return NOTHING


def _other_week(rules: Sequence[WeeklyRule], change: WeekChange) -> list[WeeklyRule]:
    """The old pattern before and after, the new one in between."""
    before = [
        replace(rule, valid_until=min(rule.valid_until or date.max, change.first - ONE_DAY))
        for rule in rules
        if rule.valid_from is None or rule.valid_from < change.first
    ]
    after = [
        replace(rule, valid_from=max(rule.valid_from or date.min, change.until + ONE_DAY))
        for rule in rules
        if change.until and (rule.valid_until is None or rule.valid_until > change.until)
    ]
    new = [
        WeeklyRule(weekday, *wall_span(starts, ends), change.first, change.until)
        for weekday, starts, ends in change.week
    ]
    return [*before, *after, *new]
