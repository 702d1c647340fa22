"""The coming days of a schedule, with the exceptions, time off and closures that change them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.engine.hours import dates_between, to_local_datetime
from booking.engine.spans import EMPTY_SPANS, Spans
from booking.models import ClinicProfile, Closure, DateException, Therapist, TimeOff
from booking.queries.availability.schedule_spans import load_open_spans, span_of_days
from clinic.lib.dates.epoch import to_minutes

DAYS_SHOWN = 14
ONE_DAY = timedelta(days=1)
LocalSpan = tuple[datetime, datetime]
"""Start and end, in the clinic's local time."""


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """The hours of one date that patients can book, and what changes them."""

    day: date
    spans: Sequence[LocalSpan]
    time_off: Sequence[TimeOff]
    closures: Sequence[Closure]
    exception: DateException | None

    @property
    def reasons(self) -> list[str]:
        """Why the hours differ from the weekly ones, in words."""
        closures = [_("closed: %(name)s") % {"name": closure.name} for closure in self.closures]
        time_off = [_with_note(_("time off"), off.note) for off in self.time_off]
        exception = self.exception
        changed = [_with_note(_("other hours"), exception.note)] if exception else []
        return [*closures, *time_off, *changed]


def _with_note(reason: str, note: str) -> str:
    return f"{reason}: {note}" if note else reason


@dataclass(frozen=True, slots=True)
class Absence:
    """Time off that is still to come: a single one, or all of a series."""

    rows: Sequence[TimeOff]

    @property
    def next(self) -> TimeOff:
        """The first one to come."""
        return self.rows[0]

    @property
    def last(self) -> TimeOff:
        """The last one of the series."""
        return self.rows[-1]

    @property
    def is_series(self) -> bool:
        """Whether several of a series are still to come."""
        return self.next.series is not None and len(self.rows) > 1


@dataclass(frozen=True, slots=True)
class UpcomingSchedule:
    """One therapist's schedule from today on."""

    days: Sequence[PlannedDay]
    exceptions: Sequence[DateException]
    absences: Sequence[Absence]


def load_upcoming_schedule(
    therapist: Therapist, clinic: ClinicProfile, now: datetime
) -> UpcomingSchedule:
    """Return the next DAYS_SHOWN days, and all exceptions and time off to come. Eight queries."""
    today = clinic.today(now)
    days = dates_between(today, today + timedelta(days=DAYS_SHOWN - 1))
    hours = load_open_spans([therapist.pk], days, clinic.zone)[therapist.pk]
    exceptions = list(_exceptions(therapist, today))
    time_off = list(TimeOff.objects.filter(therapist=therapist, ends_at__gt=now))
    closures = list(upcoming_closures(today))
    by_day = {exception.day: exception for exception in exceptions}
    planned = [
        PlannedDay(
            day=day,
            spans=_spans_on(day, hours, clinic),
            time_off=[row for row in time_off if _touches(row, day, clinic)],
            closures=[row for row in closures if row.first_day <= day <= row.last_day],
            exception=by_day.get(day),
        )
        for day in days
    ]
    return UpcomingSchedule(planned, exceptions, _absences(time_off))


def upcoming_closures(today: date) -> QuerySet[Closure]:
    """Return the closures that end today or later, in order."""
    return Closure.objects.filter(last_day__gte=today)


@dataclass(frozen=True, slots=True)
class TherapistDay:
    """The hours of one therapist today, and the current or next time off."""

    therapist: Therapist
    spans: Sequence[LocalSpan]
    next_time_off: TimeOff | None


def load_team_today(
    therapists: Iterable[Therapist], clinic: ClinicProfile, now: datetime
) -> list[TherapistDay]:
    """Return today's hours and the next time off of each therapist. Five queries."""
    team = list(therapists)
    today = clinic.today(now)
    hours = load_open_spans([therapist.pk for therapist in team], [today], clinic.zone)
    time_off = _next_time_off(team, now)
    return [
        TherapistDay(
            therapist,
            _spans_on(today, hours.get(therapist.pk, EMPTY_SPANS), clinic),
            time_off.get(therapist.pk),
        )
        for therapist in team
    ]


def _next_time_off(team: Sequence[Therapist], now: datetime) -> Mapping[int, TimeOff]:
    rows = TimeOff.objects.filter(therapist__in=team, ends_at__gt=now).order_by("-starts_at")
    return {row.therapist_id: row for row in rows}


def _exceptions(therapist: Therapist, today: date) -> QuerySet[DateException]:
    return DateException.objects.filter(therapist=therapist, day__gte=today).prefetch_related(
        "spans"
    )


def _spans_on(day: date, hours: Spans, clinic: ClinicProfile) -> list[LocalSpan]:
    own_spans = hours & Spans((span_of_days([day], clinic.zone),))
    return [
        (to_local_datetime(start, clinic.zone), to_local_datetime(end, clinic.zone))
        for start, end in own_spans
    ]


def _touches(row: TimeOff, day: date, clinic: ClinicProfile) -> bool:
    first, last = span_of_days([day], clinic.zone)
    return to_minutes(row.starts_at) < last and first < to_minutes(row.ends_at)


def _absences(rows: Sequence[TimeOff]) -> list[Absence]:
    groups: dict[object, list[TimeOff]] = {}
    for row in rows:
        groups.setdefault(row.series or row.pk, []).append(row)
    return [Absence(group) for group in groups.values()]
