"""Whether the worker that delivers notifications is alive."""

from datetime import datetime, timedelta

from booking.models import Notification, WorkerHeartbeat

WORKER_NAME = "messages"
"""The name in the database of the worker that delivers notifications."""
MAX_HEARTBEAT_AGE = timedelta(minutes=2)


def last_heartbeat() -> datetime | None:
    """Return when the worker was last seen, or None if it never was."""
    return (
        WorkerHeartbeat.objects.filter(name=WORKER_NAME).values_list("seen_at", flat=True).first()
    )


def is_worker_alive(now: datetime) -> bool:
    """Return whether the worker was seen within the last two minutes."""
    last_seen = last_heartbeat()
    return last_seen is not None and now - last_seen < MAX_HEARTBEAT_AGE


def count_overdue_notifications(now: datetime) -> int:
    """Return the number of waiting notifications that were due more than ten minutes ago."""
    return Notification.objects.waiting().filter(due_at__lt=now - timedelta(minutes=10)).count()
