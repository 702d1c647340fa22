"""Read hours, exceptions, time off, closures and appointments as spans of UTC minutes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from booking.engine.hours import (
    MINUTES_PER_DAY,
    WeeklyRule,
    WorkingHours,
    dates_between,
    day_segments,
    wall_clock_to_utc,
)
from booking.engine.spans import Span, Spans
from booking.models import (
    Appointment,
    Closure,
    DateException,
    Room,
    TimeOff,
    Treatment,
    WeeklyHours,
)
from booking.models.appointments import MAX_APPOINTMENT_LENGTH
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.dates.epoch import EpochMinutes, from_minutes

BusySpansById = Mapping[int, Sequence[Span]]
ClosureTimes = tuple[date, date, time | None, time | None]
"""First and last day; from and until, or whole days."""


@dataclass(frozen=True, slots=True)
class ScheduleLayers:
    """The four layers of hours of some therapists on consecutive dates."""

    weekly: Mapping[int, Sequence[WeeklyRule]]
    exceptions: Mapping[int, Mapping[date, Sequence[Span]]]
    away: Mapping[int, Sequence[Span]]
    closed: Spans

    def open_spans(
        self, therapists: Iterable[int], days: Sequence[date], zone: ZoneInfo
    ) -> Mapping[int, Spans]:
        """Return each therapist's open time on some of those dates."""
        return {
            therapist: WorkingHours(
                self.weekly.get(therapist, ()), self.exceptions.get(therapist, {})
            ).open_spans(days, zone)
            - (Spans.of(self.away.get(therapist, ())) | self.closed)
            for therapist in therapists
        }


def load_schedule_layers(
    therapists: Sequence[int], days: Sequence[date], zone: ZoneInfo
) -> ScheduleLayers:
    """Read the layers on consecutive dates. Four queries."""
    return ScheduleLayers(
        weekly=_weekly_rules(therapists, days),
        exceptions=_exceptions(therapists, days),
        away=_time_off(therapists, days, zone),
        closed=load_closed_spans(days, zone),
    )


def load_open_spans(
    therapists: Sequence[int], days: Sequence[date], zone: ZoneInfo
) -> Mapping[int, Spans]:
    """Return each therapist's open time (hours minus time off and closures). Four queries."""
    return (
        load_schedule_layers(therapists, days, zone).open_spans(therapists, days, zone)
        if days
        else {}
    )


def load_busy_spans(
    days: Sequence[date],
    *,
    now: datetime,
    zone: ZoneInfo,
    excluding: Collection[int] = (),
    moving: Appointment | None = None,
) -> tuple[BusySpansById, BusySpansById]:
    """Return occupied spans on consecutive dates, by therapist and by room. One query.

    `excluding` are the appointments (pks) that do not count. Neither does `moving`, nor a time that
    is held for it because its patient is asked.
    """
    by_therapist: dict[int, list[Span]] = defaultdict(list)
    by_room: dict[int, list[Span]] = defaultdict(list)
    if not days:
        return by_therapist, by_room
    start, end = span_of_days(days, zone)
    rows = _busy_rows(
        now,
        from_minutes(start) - MAX_APPOINTMENT_LENGTH,
        from_minutes(end),
        tuple(excluding),
        moving.pk if moving is not None else None,
        moving.public_id if moving is not None else None,
    )
    for therapist, room, starts, frees in rows:
        span = (starts, frees)
        by_therapist[therapist].append(span)
        by_room[room].append(span)
    return by_therapist, by_room


@compiled_query
def _busy_rows(  # noqa: PLR0917  # a compiled query takes only positional arguments
    now: datetime,
    first_start: datetime,
    end: datetime,
    excluding: Sequence[int],
    moving: int | None,
    moving_public_id: UUID | None,
) -> "QuerySet[Appointment, tuple[int, int, int, int]]":
    appointments = Appointment.objects.occupying(now).filter(
        starts_at__gte=first_start, starts_at__lt=end
    )
    if excluding:
        appointments = appointments.exclude(pk__in=excluding)
    if moving is not None and moving_public_id is not None:
        appointments = appointments.without_places_of(moving, moving_public_id)
    return appointments.order_by().values_list(
        "therapist_id", "room_id", EpochMinutes("starts_at"), EpochMinutes("blocked_until")
    )


def suitable_room_ids(treatment: Treatment) -> list[int]:
    """Return the rooms (pks) that suit a treatment, in list order."""
    return _active_rooms(treatment.room_kind_id)


@compiled_query
def _active_rooms(kind: int | None) -> "QuerySet[Room, int]":
    rooms = Room.objects.filter(is_active=True)
    if kind is not None:
        rooms = rooms.filter(kind=kind)
    return rooms.values_list("pk", flat=True)


def load_closed_spans(days: Sequence[date], zone: ZoneInfo) -> Spans:
    """Return when the whole clinic is closed."""
    return closure_spans(_closures(days[0], days[-1]), days, zone)


@compiled_query
def _closures(first: date, last: date) -> "QuerySet[Closure, ClosureTimes]":
    closures = Closure.objects.filter(first_day__lte=last, last_day__gte=first)
    return closures.values_list("first_day", "last_day", "starts", "ends")


def closure_spans(closures: Iterable[ClosureTimes], days: Sequence[date], zone: ZoneInfo) -> Spans:
    """Return the spans of closures on consecutive dates."""
    spans: list[Span] = []
    for first, last, starts, ends in closures:
        wall_span = (
            (0, MINUTES_PER_DAY) if starts is None or ends is None else to_wall_span(starts, ends)
        )
        for day in dates_between(max(first, days[0]), min(last, days[-1])):
            spans.extend(wall_clock_to_utc(day, wall_span, zone))
    return Spans.of(spans)


def to_wall_span(starts: time, ends: time) -> Span:
    """Return minutes since 00:00; an end of 00:00 is midnight at the end of the day."""
    return _minute(starts), _minute(ends) or MINUTES_PER_DAY


def span_of_days(days: Sequence[date], zone: ZoneInfo) -> Span:
    """Return the span from the beginning of the first date to the end of the last."""
    segments = [segment for day in days for segment in day_segments(day, zone)]
    return segments[0].start, segments[-1].end


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _weekly_rules(
    therapists: Sequence[int], days: Sequence[date]
) -> Mapping[int, list[WeeklyRule]]:
    rules: dict[int, list[WeeklyRule]] = defaultdict(list)
    for therapist, weekday, starts, ends, valid_from, valid_until in _weekly_hours(
        therapists, days[0], days[-1]
    ):
        start, end = to_wall_span(starts, ends)
        rules[therapist].append(WeeklyRule(weekday, start, end, valid_from, valid_until))
    return rules


@compiled_query
def _weekly_hours(
    therapists: Sequence[int], first: date, last: date
) -> "QuerySet[WeeklyHours, tuple[int, int, time, time, date | None, date | None]]":
    return WeeklyHours.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=last),
        Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        therapist__pk__in=therapists,
    ).values_list("therapist_id", "weekday", "starts", "ends", "valid_from", "valid_until")


def _exceptions(
    therapists: Sequence[int], days: Sequence[date]
) -> Mapping[int, dict[date, list[Span]]]:
    """The dates that replace the pattern; one without spans stays an empty list."""
    spans_by_day: dict[int, dict[date, list[Span]]] = defaultdict(dict)
    for therapist, day, starts, ends in _exception_rows(therapists, days[0], days[-1]):
        spans = spans_by_day[therapist].setdefault(day, [])
        if starts is not None:
            spans.append(to_wall_span(starts, ends))
    return spans_by_day


@compiled_query
def _exception_rows(
    therapists: Sequence[int], first: date, last: date
) -> "QuerySet[DateException, tuple[int, date, time | None, time]]":
    exceptions = DateException.objects.filter(
        therapist__pk__in=therapists, day__gte=first, day__lte=last
    )
    return exceptions.values_list("therapist_id", "day", "spans__starts", "spans__ends")


def _time_off(
    therapists: Sequence[int], days: Sequence[date], zone: ZoneInfo
) -> Mapping[int, list[Span]]:
    start, end = span_of_days(days, zone)
    away: dict[int, list[Span]] = defaultdict(list)
    for therapist, starts, ends in _time_off_rows(
        therapists, from_minutes(start), from_minutes(end)
    ):
        away[therapist].append((starts, ends))
    return away


@compiled_query
def _time_off_rows(
    therapists: Sequence[int], start: datetime, end: datetime
) -> "QuerySet[TimeOff, tuple[int, int, int]]":
    return TimeOff.objects.filter(
        therapist__pk__in=therapists, starts_at__lt=end, ends_at__gt=start
    ).values_list("therapist_id", EpochMinutes("starts_at"), EpochMinutes("ends_at"))
