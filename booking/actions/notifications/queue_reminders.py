"""Reminders that nobody has planned yet: after the owner has chosen other hours."""

from datetime import datetime, timedelta

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Message
from booking.notifications.outbox import enqueue_all
from booking.notifications.subjects.reminders import due_at, reminder_key, reminder_of, wanted_hours

SOON, LATE = timedelta(minutes=15), timedelta(hours=1)
CLOCK_CHANGE = timedelta(hours=3)
"""No clock changes by more. So far the start may be from the instant that the hours name."""


def queue_reminders(now: datetime) -> int:
    """Plan what is due in a quarter of an hour, or was within the last one. Usually all of it
    was planned with the booking. Returns how many were new."""
    clinic = ClinicProfile.current()
    if clinic is None:
        return 0
    with transaction.atomic():
        return sum(_queue(clinic, hours, now) for hours in wanted_hours(clinic))


def _queue(clinic: ClinicProfile, hours: int, now: datetime) -> int:
    start = now + timedelta(hours=hours)
    rows = Appointment.objects.select_related("patient").filter(
        status=Status.BOOKED,
        starts_at__gt=max(now, start - LATE - CLOCK_CHANGE),
        starts_at__lt=start + SOON + CLOCK_CHANGE,
    )
    due = [row for row in rows if now - LATE < due_at(row, hours, clinic) <= now + SOON]
    keys = {reminder_key(row, hours): row for row in due}
    known = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [
        row for key in sorted(set(keys) - known) for row in reminder_of(keys[key], hours, clinic)
    ]
    enqueue_all(new)
    return len(new)
