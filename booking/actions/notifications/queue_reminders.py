"""Reminders that nobody has planned yet: after the owner has chosen other hours."""

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

LOOKAHEAD, MAX_DELAY = timedelta(minutes=15), timedelta(hours=1)
MAX_CLOCK_CHANGE = timedelta(hours=3)
"""No clock changes by more. So far the start may be from the instant that the hours name."""


def queue_reminders(now: datetime) -> int:
    """Plan what is due in a quarter of an hour, or was within the last one. Usually all of it
    was planned with the booking. Returns how many were new."""
    clinic = ClinicProfile.current()
    if clinic is None:
        return 0
    with transaction.atomic():
        return sum(_queue(clinic, hours, now) for hours in reminder_hours(clinic))


def _queue(clinic: ClinicProfile, hours: int, now: datetime) -> int:
    start = now + timedelta(hours=hours)
    rows = Appointment.objects.select_related("patient").filter(
        status=Status.BOOKED,
        starts_at__gt=max(now, start - MAX_DELAY - MAX_CLOCK_CHANGE),
        starts_at__lt=start + LOOKAHEAD + MAX_CLOCK_CHANGE,
    )
    due = [
        row
        for row in rows
        if now - MAX_DELAY < reminder_due_at(row, hours, clinic) <= now + LOOKAHEAD
    ]
    keys = {reminder_key(row, hours): row for row in due}
    known = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [
        row for key in sorted(set(keys) - known) for row in build_reminder(keys[key], hours, clinic)
    ]
    enqueue_all(new)
    return len(new)
