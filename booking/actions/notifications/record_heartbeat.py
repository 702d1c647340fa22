"""A worker says that it is alive."""

from datetime import datetime

from booking.models import WorkerHeartbeat


def record_heartbeat(name: str, now: datetime) -> None:
    """Note when the worker was last seen."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})
