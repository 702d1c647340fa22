"""Read hours, exceptions, time off, closures and appointments as spans of UTC minutes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Q

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
    appointments = Appointment.objects.occupying(now).filter(
        starts_at__gte=from_minutes(start) - MAX_APPOINTMENT_LENGTH, starts_at__lt=from_minutes(end)
    )
    if excluding:
        appointments = appointments.exclude(pk__in=excluding)
    if moving is not None:
        appointments = appointments.without_places_of(moving)
    rows = appointments.order_by().values_list(
        "therapist_id", "room_id", EpochMinutes("starts_at"), EpochMinutes("blocked_until")
    )
    for therapist, room, starts, frees in rows:
        span = (starts, frees)
        by_therapist[therapist].append(span)
        by_room[room].append(span)
    return by_therapist, by_room


def suitable_room_ids(treatment: Treatment) -> list[int]:
    """Return the rooms (pks) that suit a treatment, in list order."""
    rooms = Room.objects.filter(is_active=True)
    if treatment.room_kind_id is not None:
        rooms = rooms.filter(kind=treatment.room_kind_id)
    return list(rooms.values_list("pk", flat=True))


def load_closed_spans(days: Sequence[date], zone: ZoneInfo) -> Spans:
    """Return when the whole clinic is closed."""
    closures = Closure.objects.filter(first_day__lte=days[-1], last_day__gte=days[0])
    rows = closures.values_list("first_day", "last_day", "starts", "ends")
    return closure_spans(rows, days, zone)


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
    rows = WeeklyHours.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=days[-1]),
        Q(valid_until__isnull=True) | Q(valid_until__gte=days[0]),
        therapist__in=therapists,
    ).values_list("therapist_id", "weekday", "starts", "ends", "valid_from", "valid_until")
    rules: dict[int, list[WeeklyRule]] = defaultdict(list)
    for therapist, weekday, starts, ends, valid_from, valid_until in rows:
        start, end = to_wall_span(starts, ends)
        rules[therapist].append(WeeklyRule(weekday, start, end, valid_from, valid_until))
    return rules


def _exceptions(
    therapists: Sequence[int], days: Sequence[date]
) -> Mapping[int, dict[date, list[Span]]]:
    """The dates that replace the pattern; one without spans stays an empty list."""
    rows = DateException.objects.filter(
        therapist__in=therapists, day__range=(days[0], days[-1])
    ).values_list("therapist_id", "day", "spans__starts", "spans__ends")
    spans_by_day: dict[int, dict[date, list[Span]]] = defaultdict(dict)
    for therapist, day, starts, ends in rows:
        spans = spans_by_day[therapist].setdefault(day, [])
        if starts is not None:
            spans.append(to_wall_span(starts, ends))
    return spans_by_day


def _time_off(
    therapists: Sequence[int], days: Sequence[date], zone: ZoneInfo
) -> Mapping[int, list[Span]]:
    start, end = span_of_days(days, zone)
    rows = TimeOff.objects.filter(
        therapist__in=therapists,
        starts_at__lt=from_minutes(end),
        ends_at__gt=from_minutes(start),
    ).values_list("therapist_id", EpochMinutes("starts_at"), EpochMinutes("ends_at"))
    away: dict[int, list[Span]] = defaultdict(list)
    for therapist, starts, ends in rows:
        away[therapist].append((starts, ends))
    return away
