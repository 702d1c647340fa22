"""Whether the worker that delivers notifications is alive."""

from datetime import datetime, timedelta

from booking.models import Notification, WorkerHeartbeat

WORKER_NAME = "messages"
"""The name in the database of the worker that delivers notifications."""
MAX_HEARTBEAT_AGE = timedelta(minutes=2)
CLOCK_TOLERANCE = timedelta(seconds=30)
"""How far ahead a heartbeat may be. More means that a clock was or is wrong."""


def last_heartbeat() -> datetime | None:
    """Return when the worker was last seen, or None if it never was."""
    return (
        WorkerHeartbeat.objects.filter(name=WORKER_NAME).values_list("seen_at", flat=True).first()
    )


def is_worker_alive(now: datetime) -> bool:
    """Return whether the worker was seen within the last two minutes, and not in the future."""
    return not find_worker_problem(now)


def find_worker_problem(now: datetime) -> str:
    """Return what is wrong with the worker, for /readyz and `doctor`, or "" if it is alive."""
    last_seen = last_heartbeat()
    if last_seen is None:
        return "The message worker was never seen."
    when = f"The message worker was last seen {last_seen:%Y-%m-%d %H:%M:%S} UTC"
    if last_seen > now + CLOCK_TOLERANCE:
        return f"{when}, in the future: a clock was or is wrong. Now is {now:%Y-%m-%d %H:%M:%S}."
    return "" if now - last_seen < MAX_HEARTBEAT_AGE else f"{when}."


def count_overdue_notifications(now: datetime) -> int:
    """Return the number of waiting notifications that were due more than ten minutes ago."""
    return Notification.objects.waiting().filter(due_at__lt=now - timedelta(minutes=10)).count()
