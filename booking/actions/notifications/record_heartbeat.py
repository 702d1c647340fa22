"""A worker says that it is alive."""

from datetime import datetime

from booking.models import WorkerBeat


def beat(name: str, now: datetime) -> None:
    """Note when the worker was last seen."""
    WorkerBeat.objects.update_or_create(name=name, defaults={"seen_at": now})
