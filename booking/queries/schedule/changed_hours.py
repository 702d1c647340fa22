"""Working hours as they would be after a change, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.engine.hours import WeeklyRule
from booking.engine.spans import EMPTY_SPANS, Spans
from booking.inputs import (
    ClosureChange,
    DateExceptionChange,
    OptionsWithdrawal,
    ResourceChange,
    RoomChange,
    RoomKindChange,
    RoomSwitchOff,
    ScheduleChange,
    TherapistSwitchOff,
    TimeOffChange,
    TreatmentRoomKindChange,
    WeeklyHoursChange,
)
from booking.queries.availability.schedule_spans import ScheduleLayers, closure_spans, to_wall_span
from clinic.lib.dates.epoch import to_minutes
from clinic.lib.dates.zones import local_date

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AffectedRange:
    """Therapist, dates, room, treatment and options (pks) that a change affects.

    None means all therapists, from now on, without a last date, all rooms, all treatments, all
    options.
    """

    therapist: int | None
    first: date | None
    last: date | None
    room: int | None = None
    treatment: int | None = None
    options: tuple[int, ...] | None = None


def affected_range(change: ScheduleChange, zone: ZoneInfo) -> AffectedRange:
    """Return the widest range of appointments that a change can affect."""
    match change:
        case WeeklyHoursChange():
            return AffectedRange(change.therapist, change.valid_from, change.valid_until)
        case DateExceptionChange():
            return AffectedRange(change.therapist, change.day, change.day)
        case TimeOffChange():
            first = min(starts for starts, _ in change.spans)
            last = max(ends for _, ends in change.spans)
            days = [local_date(moment, zone) for moment in (first, last)]
            return AffectedRange(change.therapist, days[0], days[1])
        case ClosureChange():
            days = [
                day for closure in change.closures for day in (closure.first_day, closure.last_day)
            ]
            return AffectedRange(None, min(days), max(days))
        case _:
            return _range_of_resource_change(change)


def _range_of_resource_change(change: ResourceChange) -> AffectedRange:
    match change:
        case TherapistSwitchOff():
            return AffectedRange(change.therapist, None, None)
        case RoomSwitchOff() | RoomKindChange():
            return AffectedRange(None, None, None, room=change.room)
        case TreatmentRoomKindChange():
            return AffectedRange(None, None, None, treatment=change.treatment)
        case OptionsWithdrawal():
            return AffectedRange(change.therapist, None, None, options=change.options)


def apply_change(
    layers: ScheduleLayers, change: ScheduleChange, days: Sequence[date], zone: ZoneInfo
) -> ScheduleLayers:
    """Return the schedule layers as they will be once the change is saved."""
    match change:
        case WeeklyHoursChange(therapist=therapist):
            rules = _replace_week(layers.weekly.get(therapist, ()), change)
            return replace(layers, weekly={**layers.weekly, therapist: rules})
        case DateExceptionChange(therapist=therapist):
            own_exceptions = dict(layers.exceptions.get(therapist, {}))
            own_exceptions.pop(change.day, None)
            if change.spans is not None:
                own_exceptions[change.day] = [to_wall_span(*span) for span in change.spans]
            return replace(layers, exceptions={**layers.exceptions, therapist: own_exceptions})
        case TimeOffChange(therapist=therapist):
            away = [*layers.away.get(therapist, ()), *removed_hours(change, days, zone)]
            return replace(layers, away={**layers.away, therapist: away})
        case ClosureChange():
            return replace(layers, closed=layers.closed | removed_hours(change, days, zone))
        case TherapistSwitchOff(therapist=therapist):
            return replace(
                layers,
                weekly={**layers.weekly, therapist: ()},
                exceptions={**layers.exceptions, therapist: {}},
            )
        case _:
            assert isinstance(change, RoomChange | OptionsWithdrawal)
            return layers


def removed_hours(change: ScheduleChange, days: Sequence[date], zone: ZoneInfo) -> Spans:
    """Return the time that a change removes regardless of the working hours."""
    match change:
        case TimeOffChange():
            return Spans.of((to_minutes(starts), to_minutes(ends)) for starts, ends in change.spans)
        case ClosureChange():
            rows = [
                (closure.first_day, closure.last_day, closure.starts, closure.ends)
                for closure in change.closures
            ]
            return closure_spans(rows, days, zone)
        case _:
            return EMPTY_SPANS


def _replace_week(rules: Sequence[WeeklyRule], change: WeeklyHoursChange) -> list[WeeklyRule]:
    """Return the rules with the changed dates replaced by the new pattern."""
    before = [
        replace(rule, valid_until=min(rule.valid_until or date.max, change.valid_from - ONE_DAY))
        for rule in rules
        if rule.valid_from is None or rule.valid_from < change.valid_from
    ]
    after = [
        replace(rule, valid_from=max(rule.valid_from or date.min, change.valid_until + ONE_DAY))
        for rule in rules
        if change.valid_until
        and (rule.valid_until is None or rule.valid_until > change.valid_until)
    ]
    new = [
        WeeklyRule(weekday, *to_wall_span(starts, ends), change.valid_from, change.valid_until)
        for weekday, starts, ends in change.week
    ]
    return [*before, *after, *new]
