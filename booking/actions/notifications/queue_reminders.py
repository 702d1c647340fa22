"""Scheduled job: queue reminders that were not queued with the booking.

These are needed after the owner has changed the reminder times. What became due while no job ran
is made up, for up to three days.
"""

from datetime import datetime, timedelta

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications.outbox import enqueue_all
from booking.notifications.subjects.reminders import (
    build_reminder,
    reminder_due_at,
    reminder_hours,
    reminder_key,
)
from booking.queries.jobs import REMINDERS_JOB, last_success

LOOKAHEAD, MAX_DELAY = timedelta(minutes=15), timedelta(hours=1)
"""Reminders that were due longer ago are not queued: otherwise a new, earlier reminder time would
at once write to everybody whose appointment is nearer than that."""
MAX_OUTAGE = timedelta(days=3)
MAX_CLOCK_CHANGE = timedelta(hours=3)
"""More than any change of the clocks. A reminder is due this much earlier or later than its hours
say at most, because whole days are counted by the clock."""


def queue_reminders(now: datetime) -> int:
    """Queue reminders that are due within 15 minutes, or became due since the last run.

    At least the last hour is looked at. Those that are queued already are left alone. Returns the
    number of new ones.
    """
    clinic = ClinicProfile.current()
    if clinic is None:
        return 0
    last_run = last_success(REMINDERS_JOB, now) or now
    max_delay = min(max(MAX_DELAY, now - last_run), MAX_OUTAGE)
    with transaction.atomic():
        return sum(_queue(clinic, hours, now, max_delay) for hours in reminder_hours(clinic))


def _queue(clinic: ClinicProfile, hours: int, now: datetime, max_delay: timedelta) -> int:
    start = now + timedelta(hours=hours)
    rows = Appointment.objects.select_related("patient").filter(
        status=Status.BOOKED,
        starts_at__gt=max(now, start - max_delay - MAX_CLOCK_CHANGE),
        starts_at__lt=start + LOOKAHEAD + MAX_CLOCK_CHANGE,
    )
    due = [
        row
        for row in rows
        if now - max_delay < reminder_due_at(row, hours, clinic) <= now + LOOKAHEAD
    ]
    rows_by_key = {reminder_key(row, hours): row for row in due}
    queued_keys = set(
        Notification.objects.filter(key__in=rows_by_key).values_list("key", flat=True)
    )
    new = [
        row
        for key in sorted(set(rows_by_key) - queued_keys)
        for row in build_reminder(rows_by_key[key], hours, clinic)
    ]
    # Reminders to a patient without address are never queued, but those to others are.
    known = Notification.objects.filter(key__in=[row.key for row in new])
    queued = set(known.values_list("key", flat=True)) if new else set()
    new = [row for row in new if row.key not in queued]
    enqueue_all(new)
    return len(new)
