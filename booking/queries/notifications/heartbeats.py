"""Whether the message worker is alive."""

from datetime import datetime, timedelta

from booking.models import Notification, WorkerHeartbeat

WORKER_NAME = "messages"
MAX_HEARTBEAT_AGE = timedelta(minutes=2)


def last_heartbeat() -> datetime | None:
    """When the message worker was last seen."""
    return (
        WorkerHeartbeat.objects.filter(name=WORKER_NAME).values_list("seen_at", flat=True).first()
    )


def is_worker_alive(now: datetime) -> bool:
    """Within the last two minutes."""
    seen = last_heartbeat()
    return seen is not None and now - seen < MAX_HEARTBEAT_AGE


def count_overdue_notifications(now: datetime) -> int:
    """Messages that should have gone ten minutes ago."""
    return Notification.objects.waiting().filter(due_at__lt=now - timedelta(minutes=10)).count()
