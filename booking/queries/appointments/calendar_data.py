"""Read what the desk calendar shows: therapists, hours, absences and appointments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.access.roles import AnyUser
from booking.access.scope import therapists_shown_between, visible_appointments, visible_holds
from booking.engine.hours import MINUTES_PER_DAY, wall_clock_to_utc
from booking.engine.spans import Span, Spans
from booking.lifecycle import OCCUPYING_STATUSES, Status
from booking.models import Appointment, ClinicProfile, Closure, Therapist, TimeOff
from booking.models.appointments import MAX_APPOINTMENT_LENGTH
from booking.queries.appointments.calendar_marks import with_calendar_marks
from booking.queries.availability.schedule_spans import load_open_spans, span_of_days, to_wall_span
from clinic.lib.dates.epoch import from_minutes, to_minutes


@dataclass(frozen=True, slots=True)
class CalendarData:
    """The rows of some dates.

    `hours` are by therapist; `away` are time off and closures, as (therapist or None for all, span,
    text).
    """

    zone: ZoneInfo
    hours: Mapping[int, Spans]
    away: Sequence[tuple[int | None, Span, str]]
    appointments: Sequence[Appointment]
    cancelled_or_missed: Sequence[Appointment]


def shown_therapists(user: AnyUser, clinic: ClinicProfile, days: Sequence[date]) -> list[Therapist]:
    """Return the therapists whose lanes the user sees on consecutive dates. One query."""
    start, end = (from_minutes(minute) for minute in span_of_days(days, clinic.zone))
    return list(therapists_shown_between(user, start, end))


def load_calendar_data(
    user: AnyUser,
    clinic: ClinicProfile,
    therapists: Sequence[Therapist],
    days: Sequence[date],
    now: datetime,
) -> CalendarData:
    """Read hours, absences and appointments of these therapists on consecutive dates."""
    zone, ids = clinic.zone, [therapist.pk for therapist in therapists]
    start, end = (from_minutes(minute) for minute in span_of_days(days, zone))
    in_range = {
        "starts_at__gte": start - MAX_APPOINTMENT_LENGTH,
        "starts_at__lt": end,
        "therapist__in": ids,
    }
    rows = visible_appointments(user, now).with_related().filter(patient__isnull=False, **in_range)
    rows = with_calendar_marks(rows.filter(blocked_until__gt=start))
    appointments = list(rows.order_by("starts_at", "pk"))
    holds = list(visible_holds(user, now).with_related().filter(**in_range))
    return CalendarData(
        zone=zone,
        hours=load_open_spans([row.pk for row in therapists if row.is_active], days, zone),
        away=[*_time_off(ids, start, end), *_closures(days, zone)],
        appointments=[*(row for row in appointments if row.status in OCCUPYING_STATUSES), *holds],
        cancelled_or_missed=[
            row for row in appointments if row.status in (Status.CANCELLED, Status.NO_SHOW)
        ],
    )


def _time_off(
    ids: Sequence[int], start: datetime, end: datetime
) -> Iterable[tuple[int | None, Span, str]]:
    rows = TimeOff.objects.filter(therapist__in=ids, starts_at__lt=end, ends_at__gt=start)
    for therapist, starts, ends, note in rows.values_list(
        "therapist", "starts_at", "ends_at", "note"
    ):
        yield therapist, (to_minutes(starts), to_minutes(ends)), note


def _closures(days: Sequence[date], zone: ZoneInfo) -> Iterable[tuple[int | None, Span, str]]:
    rows = Closure.objects.filter(first_day__lte=days[-1], last_day__gte=days[0])
    for closure in rows:
        wall_span = (0, MINUTES_PER_DAY)
        if closure.starts is not None and closure.ends is not None:
            wall_span = to_wall_span(closure.starts, closure.ends)
        for day in days:
            if closure.first_day <= day <= closure.last_day:
                for span in wall_clock_to_utc(day, wall_span, zone):
                    yield None, span, closure.name
