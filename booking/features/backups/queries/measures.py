"""What /metrics reports about backups and drills."""

from collections.abc import Iterator
from datetime import datetime

from booking.features.backups.models import BackupRun
from booking.registries.metrics import Gauge, single_time


def collect(now: datetime) -> Iterator[Gauge]:
    """Yield when the newest backup and the newest drill were begun, in two queries."""
    for kind, name, what in (
        (BackupRun.Kind.BACKUP, "clinic_backup_timestamp_seconds", "backup"),
        (BackupRun.Kind.DRILL, "clinic_drill_timestamp_seconds", "drill (a restored backup)"),
    ):
        run = BackupRun.latest(kind, now)
        begun = run.started_at if run is not None else None
        yield single_time(name, f"When the newest {what} was begun.", begun)
