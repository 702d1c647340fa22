"""The appointments that a change of hours, a therapist or a room affects.

The preview shows them, and the action that saves the change resolves them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from booking.engine.hours import dates_between
from booking.engine.spans import EMPTY_SPANS
from booking.inputs import ResourceChange, RoomKindChange, ScheduleChange, TreatmentRoomKindChange
from booking.lifecycle import OUTSIDE_HOURS_OVERRIDES, Override, Status
from booking.models import Appointment, ClinicProfile
from booking.models.appointments import MAX_APPOINTMENT_LENGTH, AppointmentQuerySet
from booking.queries.appointments.change_policy import CHANGEABLE_STATUSES
from booking.queries.availability.schedule_spans import load_schedule_layers
from booking.queries.schedule.changed_hours import affected_range, apply_change, removed_hours
from clinic.lib.dates.epoch import to_minutes

ONE_DAY = timedelta(days=1)
MAX_AFFECTED = 100
"""At most this many appointments are resolved in one step and one transaction; more in parts."""


@dataclass(frozen=True, slots=True)
class ScheduleImpact:
    """The booked appointments and the active holds that a change affects."""

    affected: Sequence[Appointment]
    holds: Sequence[Appointment]


def unsettled(affected: Sequence[Appointment], change: ScheduleChange) -> list[Appointment]:
    """Return the affected appointments about which staff have not decided yet.

    One that was moved or canceled is not affected any more. One that is kept, or about whose
    patient's answer the clinic waits, has an override of that kind.
    """
    marks = {Override.SWITCHED_OFF, Override.ASKED}
    marks |= set() if isinstance(change, ResourceChange) else {Override.HOURS_CHANGED}
    return [row for row in affected if row.override not in marks]


def find_impact(
    change: ScheduleChange, clinic: ClinicProfile, now: datetime, *, lock_rows: bool = False
) -> ScheduleImpact:
    """Return the appointments that a change affects and that are not over.

    After a change of hours, those outside their therapist's hours; without those that staff have
    kept outside hours before, unless time off or a closure covers them. If a therapist or a room is
    switched off, or options are withdrawn, all that are booked there; if a kind of room changes,
    those whose room is not of the needed kind any more. Five queries, or one if nothing is booked.
    `lock_rows` locks the rows until the end of the transaction.
    """
    rows = list(_rows_in_range(change, clinic, now, lock_rows=lock_rows))
    switched_off = isinstance(change, ResourceChange)
    outside = rows if switched_off else _outside_hours(rows, change, clinic)
    return ScheduleImpact(
        affected=[row for row in outside if row.status != Status.HOLD],
        holds=[row for row in outside if row.status == Status.HOLD],
    )


def _rows_in_range(
    change: ScheduleChange, clinic: ClinicProfile, now: datetime, *, lock_rows: bool
) -> AppointmentQuerySet:
    dates = affected_range(change, clinic.zone)
    rows = Appointment.objects.with_related().order_by("starts_at", "pk")
    rows = rows.filter(
        Q(status__in=CHANGEABLE_STATUSES) | Q(status=Status.HOLD, hold_expires_at__gt=now),
        ends_at__gt=now,
    )
    if dates.first is not None:
        first = _midnight(dates.first, clinic)
        rows = rows.filter(ends_at__gt=first, starts_at__gte=first - MAX_APPOINTMENT_LENGTH)
    if dates.therapist is not None:
        rows = rows.filter(therapist=dates.therapist)
    if dates.room is not None:
        rows = rows.filter(room=dates.room)
    if dates.treatment is not None:
        rows = rows.filter(option__treatment=dates.treatment)
    if dates.options is not None:
        rows = rows.filter(option__in=dates.options)
    rows = _in_unsuitable_rooms(rows, change)
    if dates.last is not None:
        rows = rows.filter(starts_at__lt=_midnight(dates.last + ONE_DAY, clinic))
    return rows.select_for_update(of=("self",), no_key=True) if lock_rows else rows


def _in_unsuitable_rooms(rows: AppointmentQuerySet, change: ScheduleChange) -> AppointmentQuerySet:
    """Return the rows whose room will not be of the needed kind; all rows if no kind changes."""
    match change:
        case RoomKindChange(kind=kind):
            needs_other = ~Q(option__treatment__room_kind=kind)
            return rows.filter(needs_other, option__treatment__room_kind__isnull=False)
        case TreatmentRoomKindChange(kind=None):
            return rows.none()
        case TreatmentRoomKindChange(kind=kind):
            return rows.exclude(room__kind=kind)
        case _:
            return rows


def _outside_hours(
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
    removed = removed_hours(change, days, zone)

    def is_affected(row: Appointment) -> bool:
        span = to_minutes(row.starts_at), to_minutes(row.ends_at)
        if after.get(row.therapist_id, EMPTY_SPANS).covers(*span):
            return False
        was_inside = before.get(row.therapist_id, EMPTY_SPANS).covers(*span)
        return was_inside or row.override not in OUTSIDE_HOURS_OVERRIDES or removed.overlaps(*span)

    return [row for row in rows if is_affected(row)]


def surrounding_dates(rows: Iterable[Appointment], clinic: ClinicProfile) -> list[date]:
    """Return every date that the appointments touch, with one more before and after."""
    moments = [moment for row in rows for moment in (row.starts_at, row.ends_at)]
    first, last = (clinic.local_date(moment) for moment in (min(moments), max(moments)))
    return dates_between(first - ONE_DAY, last + ONE_DAY)


def _midnight(day: date, clinic: ClinicProfile) -> datetime:
    return datetime.combine(day, time(), clinic.zone)
