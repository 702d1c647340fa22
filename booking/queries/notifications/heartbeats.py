"""Whether the message worker is alive."""

from datetime import datetime, timedelta

from booking.models import Message, WorkerBeat

MESSAGES = "messages"
SEEN_WITHIN = timedelta(minutes=2)


def last_beat() -> datetime | None:
    """When the message worker was last seen."""
    return WorkerBeat.objects.filter(name=MESSAGES).values_list("seen_at", flat=True).first()


def worker_seen_lately(now: datetime) -> bool:
    """Within the last two minutes."""
    seen = last_beat()
    return seen is not None and now - seen < SEEN_WITHIN


def overdue_messages(now: datetime) -> int:
    """Messages that should have gone ten minutes ago."""
    return Message.objects.waiting().filter(due_at__lt=now - timedelta(minutes=10)).count()
