"""Hours as the desk shows them: the coming days, and all that makes them differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from booking.engine.hours import dates_between, to_local_datetime
from booking.engine.spans import EMPTY_SPANS, Spans
from booking.models import ClinicProfile, Closure, DateException, Therapist, TimeOff
from booking.queries.availability.schedule_spans import load_open_spans, span_of_days
from clinic.lib.dates.epoch import to_minutes

DAYS_SHOWN = 14
ONE_DAY = timedelta(days=1)
LocalSpan = tuple[datetime, datetime]
"""From and until, in the clinic's wall-clock time."""


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """The hours of one date as patients can book them, and what made them differ."""

    day: date
    spans: Sequence[LocalSpan]
    away: Sequence[TimeOff]
    closures: Sequence[Closure]
    exception: DateException | None


@dataclass(frozen=True, slots=True)
class Absence:
    """Time off that is still to come: once, or all of one series."""

    rows: Sequence[TimeOff]

    @property
    def next(self) -> TimeOff:
        return self.rows[0]

    @property
    def last(self) -> TimeOff:
        return self.rows[-1]

    @property
    def is_series(self) -> bool:
        return self.next.series is not None and len(self.rows) > 1


@dataclass(frozen=True, slots=True)
class UpcomingSchedule:
    """What is to come of one therapist's schedule."""

    days: Sequence[PlannedDay]
    exceptions: Sequence[DateException]
    absences: Sequence[Absence]


def load_upcoming_schedule(
    therapist: Therapist, clinic: ClinicProfile, now: datetime
) -> UpcomingSchedule:
    """The next two weeks, and all dates that differ and time off from now on. Eight queries."""
    today = clinic.today(now)
    days = dates_between(today, today + timedelta(days=DAYS_SHOWN - 1))
    hours = load_open_spans([therapist.pk], days, clinic.zone)[therapist.pk]
    exceptions = list(_exceptions(therapist, today))
    away = list(TimeOff.objects.filter(therapist=therapist, ends_at__gt=now))
    closures = list(upcoming_closures(today))
    by_day = {exception.day: exception for exception in exceptions}
    planned = [
        PlannedDay(
            day=day,
            spans=_on(day, hours, clinic),
            away=[row for row in away if _touches(row, day, clinic)],
            closures=[row for row in closures if row.first_day <= day <= row.last_day],
            exception=by_day.get(day),
        )
        for day in days
    ]
    return UpcomingSchedule(planned, exceptions, _absences(away))


def upcoming_closures(today: date) -> QuerySet[Closure]:
    """All from today on, in order."""
    return Closure.objects.filter(last_day__gte=today)


@dataclass(frozen=True, slots=True)
class TherapistDay:
    """One therapist's day, for a list of all."""

    therapist: Therapist
    spans: Sequence[LocalSpan]
    away: TimeOff | None
    """The next time off, or the present one."""


def load_team_today(
    therapists: Iterable[Therapist], clinic: ClinicProfile, now: datetime
) -> list[TherapistDay]:
    """What everybody works today, and when each is away next. Five queries."""
    people = list(therapists)
    today = clinic.today(now)
    hours = load_open_spans([one.pk for one in people], [today], clinic.zone)
    away = _next_away(people, now)
    return [
        TherapistDay(one, _on(today, hours.get(one.pk, EMPTY_SPANS), clinic), away.get(one.pk))
        for one in people
    ]


def _next_away(people: Sequence[Therapist], now: datetime) -> Mapping[int, TimeOff]:
    rows = TimeOff.objects.filter(therapist__in=people, ends_at__gt=now).order_by("-starts_at")
    return {row.therapist_id: row for row in rows}


def _exceptions(therapist: Therapist, today: date) -> QuerySet[DateException]:
    return DateException.objects.filter(therapist=therapist, day__gte=today).prefetch_related(
        "spans"
    )


def _on(day: date, hours: Spans, clinic: ClinicProfile) -> list[LocalSpan]:
    own = hours & Spans((span_of_days([day], clinic.zone),))
    return [
        (to_local_datetime(start, clinic.zone), to_local_datetime(end, clinic.zone))
        for start, end in own
    ]


def _touches(row: TimeOff, day: date, clinic: ClinicProfile) -> bool:
    first, last = span_of_days([day], clinic.zone)
    return to_minutes(row.starts_at) < last and first < to_minutes(row.ends_at)


def _absences(rows: Sequence[TimeOff]) -> list[Absence]:
    groups: dict[object, list[TimeOff]] = {}
    for row in rows:
        groups.setdefault(row.series or row.pk, []).append(row)
    return [Absence(group) for group in groups.values()]
