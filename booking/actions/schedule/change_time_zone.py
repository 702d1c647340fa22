"""Change the clinic's time zone when appointments are booked."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.reschedule import history_snapshot
from booking.actions.audit.settings import record_setting
from booking.actions.holds.release_hold import withdraw_hold
from booking.actions.locks import lock_all_resources, write_action, write_transaction
from booking.errors import SlotInPast, SlotTaken, TimeZoneConflict, TimeZoneInUse
from booking.lifecycle import OUTSIDE_HOURS_OVERRIDES, Override, Status
from booking.models import Appointment, ClinicProfile, TimeOff
from booking.models.clinic import validate_time_zone
from booking.notifications.subjects.appointments import notify_moved
from booking.queries.availability.schedule_spans import load_open_spans
from booking.queries.schedule.impact import surrounding_dates
from booking.queries.schedule.time_zone import (
    same_reading,
    upcoming_appointments,
    with_other_reading,
)
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import to_minutes


@write_action
def change_time_zone(time_zone: str, *, keep_clock: bool, by: Actor) -> int:
    """Change the zone. Return how many booked appointments got another local time or instant.

    With `keep_clock` appointments and time off keep their local times, and so move to other
    instants. Otherwise they keep their instants: patients get a mail with the new local time, and
    appointments that are then outside working hours are marked as kept. Holds are released. Raises
    TimeZoneConflict if an appointment cannot be moved: then nothing is saved.
    """
    validate_time_zone(time_zone)
    new, now = ZoneInfo(time_zone), clock.now()
    try:
        with write_transaction():
            lock_all_resources()
            clinic = ClinicProfile.objects.select_for_update().get()
            old = clinic.zone
            locked = upcoming_appointments(now).select_for_update(of=("self",), no_key=True)
            rows = with_other_reading(locked, old, new)
            clinic.time_zone = time_zone
            clinic.save(update_fields=["time_zone"])
            record_setting(f"clinic profile: {clinic}", fields=["time zone"], by=by)
            for hold in (row for row in rows if row.status == Status.HOLD):
                withdraw_hold(hold, by=by)
            booked = [row for row in rows if row.status != Status.HOLD]
            if keep_clock:
                _move_time_off(old, new, now)
                for row in _in_moving_order(booked, old, new):
                    _move(row, same_reading(row.starts_at, old, new), now, by=by)
            else:
                _keep_instants(booked, old, clinic, by=by)
    except (SlotTaken, SlotInPast) as error:
        raise TimeZoneConflict() from error
    return len(booked)


@write_action
def change_unused_time_zone(time_zone: str, *, by: Actor) -> None:
    """Change the zone if no booked appointment is at another local time then. Releases holds.

    Raises TimeZoneInUse otherwise.
    """
    validate_time_zone(time_zone)
    new, now = ZoneInfo(time_zone), clock.now()
    with write_transaction():
        lock_all_resources()
        clinic = ClinicProfile.objects.select_for_update().get()
        rows = with_other_reading(upcoming_appointments(now), clinic.zone, new)
        if any(row.status != Status.HOLD for row in rows):
            raise TimeZoneInUse()
        for hold in rows:
            withdraw_hold(hold, by=by)
        clinic.time_zone = time_zone
        clinic.save(update_fields=["time_zone"])


def _in_moving_order(rows: list[Appointment], old: ZoneInfo, new: ZoneInfo) -> list[Appointment]:
    """Return an order of the rows in which each moves to a time that others have left already."""
    later = [row for row in rows if same_reading(row.starts_at, old, new) > row.starts_at]
    earlier = [row for row in rows if row not in later]
    return [*reversed(later), *earlier]


@write_action
def _move(row: Appointment, start: datetime, now: datetime, *, by: Actor) -> None:
    """Move an appointment to another instant. Its local time stays, so the patient is not told."""
    if start <= now:
        raise SlotInPast()
    before, shift = history_snapshot(row), start - row.starts_at
    row.starts_at, row.ends_at = start, row.ends_at + shift
    row.blocked_until += shift
    row.sequence += 1
    with write_transaction():
        row.save(update_fields=["starts_at", "ends_at", "blocked_until", "sequence"])
    event = record_event(
        row,
        EventKind.MOVED,
        by=by,
        **{"from": before},
        to=history_snapshot(row),
        patient_notified=False,
    )
    notify_moved(row, event, notify_patient=False)


def _move_time_off(old: ZoneInfo, new: ZoneInfo, now: datetime) -> None:
    for time_off in TimeOff.objects.filter(ends_at__gt=now):
        time_off.starts_at = same_reading(time_off.starts_at, old, new)
        time_off.ends_at = same_reading(time_off.ends_at, old, new)
        time_off.save(update_fields=["starts_at", "ends_at"])


def _keep_instants(
    rows: Iterable[Appointment], old: ZoneInfo, clinic: ClinicProfile, *, by: Actor
) -> None:
    """Mail patients the new local times, and mark appointments that are outside working hours
    now."""
    booked = list(rows)
    if not booked:
        return
    therapists = sorted({row.therapist_id for row in booked})
    hours = load_open_spans(therapists, surrounding_dates(booked, clinic), clinic.zone)
    message = _("Our time zone has changed. The moment of your appointment stays the same.")
    for row in booked:
        inside = hours[row.therapist_id].covers(to_minutes(row.starts_at), to_minutes(row.ends_at))
        if not inside and row.override not in OUTSIDE_HOURS_OVERRIDES:
            row.override = Override.HOURS_CHANGED
        row.sequence += 1
        row.save(update_fields=["override", "sequence"])
        place = history_snapshot(row)
        reading = same_reading(row.starts_at, old, clinic.zone).isoformat()
        event = record_event(
            row, EventKind.MOVED, by=by, **{"from": place}, to=place, reading_before=reading
        )
        notify_moved(row, event, staff_message=message)
