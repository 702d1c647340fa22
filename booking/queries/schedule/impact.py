"""Who loses the time they have booked when hours change. Asked by the preview and by the action."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from booking.engine.hours import dates_between
from booking.engine.spans import EMPTY_SPANS
from booking.inputs import ScheduleChange
from booking.lifecycle import OUTSIDE_HOURS_OVERRIDES, Status
from booking.models import Appointment, ClinicProfile
from booking.models.appointments import MAX_APPOINTMENT_LENGTH, AppointmentQuerySet
from booking.queries.appointments.change_policy import CHANGEABLE_STATUSES
from booking.queries.availability.schedule_spans import load_schedule_layers
from booking.queries.schedule.changed_hours import affected_range, apply_change, removed_hours
from clinic.lib.dates.epoch import to_minutes

ONE_DAY = timedelta(days=1)
MAX_AFFECTED = 100
"""So many appointments can be settled in one step: a form holds at most 200 fields."""


@dataclass(frozen=True, slots=True)
class ScheduleImpact:
    """What a change of hours takes: booked appointments, and times held at this moment."""

    lost: Sequence[Appointment]
    holds: Sequence[Appointment]

    @property
    def exceeds_limit(self) -> bool:
        return len(self.lost) > MAX_AFFECTED


def find_impact(
    change: ScheduleChange, clinic: ClinicProfile, now: datetime, *, locking: bool = False
) -> ScheduleImpact:
    """The appointments that are not over and would lie outside their therapist's hours.

    Not those that lie outside already and are kept there knowingly, unless the change takes
    their time outright. Five queries, or one if nothing is booked. `locking` keeps the rows
    from everybody else until the end of the transaction.
    """
    rows = list(_concerned(change, clinic, now, locking=locking))
    uncovered = _uncovered(rows, change, clinic)
    lost = [row for row in uncovered if row.status != Status.HOLD]
    return ScheduleImpact(lost, [row for row in uncovered if row.status == Status.HOLD])


def _concerned(
    change: ScheduleChange, clinic: ClinicProfile, now: datetime, *, locking: bool
) -> AppointmentQuerySet:
    reach = affected_range(change, clinic.zone)
    rows = Appointment.objects.with_related().order_by("starts_at", "pk")
    rows = rows.filter(
        Q(status__in=CHANGEABLE_STATUSES) | Q(status=Status.HOLD, hold_expires_at__gt=now),
        ends_at__gt=max(now, _midnight(reach.first, clinic)),
        starts_at__gte=_midnight(reach.first, clinic) - MAX_APPOINTMENT_LENGTH,
    )
    if reach.therapist is not None:
        rows = rows.filter(therapist=reach.therapist)
    if reach.last is not None:
        rows = rows.filter(starts_at__lt=_midnight(reach.last + ONE_DAY, clinic))
    return rows.select_for_update(of=("self",), no_key=True) if locking else rows


def _uncovered(
    rows: Sequence[Appointment], change: ScheduleChange, clinic: ClinicProfile
) -> list[Appointment]:
    if not rows:
        return []
    zone = clinic.zone
    days = surrounding_dates(rows, clinic)
    therapists = sorted({row.therapist_id for row in rows})
    layers = load_schedule_layers(therapists, days, zone)
    before = layers.open_spans(therapists, days, zone)
    after = apply_change(layers, change, days, zone).open_spans(therapists, days, zone)
    taken = removed_hours(change, days, zone)

    def loses(row: Appointment) -> bool:
        span = to_minutes(row.starts_at), to_minutes(row.ends_at)
        if after.get(row.therapist_id, EMPTY_SPANS).covers(*span):
            return False
        was_inside = before.get(row.therapist_id, EMPTY_SPANS).covers(*span)
        return was_inside or row.override not in OUTSIDE_HOURS_OVERRIDES or taken.meets(*span)

    return [row for row in rows if loses(row)]


def surrounding_dates(rows: Iterable[Appointment], clinic: ClinicProfile) -> list[date]:
    """Every date that the appointments touch, and one on either side."""
    moments = [moment for row in rows for moment in (row.starts_at, row.ends_at)]
    first, last = (clinic.local_date(moment) for moment in (min(moments), max(moments)))
    return dates_between(first - ONE_DAY, last + ONE_DAY)


def _midnight(day: date, clinic: ClinicProfile) -> datetime:
    return datetime.combine(day, time(), clinic.zone)
