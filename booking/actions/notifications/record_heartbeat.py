"""Recording that a worker is alive."""

from datetime import datetime

from booking.models import WorkerHeartbeat


def record_heartbeat(name: str, now: datetime) -> None:
    """Record a heartbeat for the worker with this name."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})
