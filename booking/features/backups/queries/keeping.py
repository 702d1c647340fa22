"""Which backups are kept: the newest of each of so many days, months and years."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

NAME = re.compile(r"clinic-backup-(\d{8}T\d{6})Z\.zip")
TIME_FORMAT = "%Y%m%dT%H%M%S"


def backups_to_keep(
    times: Iterable[datetime], *, days: int, months: int, years: int
) -> set[datetime]:
    """Return those of the times to keep.

    Kept is the newest backup of each of the newest `days` days that have one, and so for months
    and years. A day without a backup counts for nothing, so that backups stay while none are made.
    """
    newest_first = sorted(set(times), reverse=True)
    rules: tuple[tuple[int, Callable[[datetime], tuple[int, ...]]], ...] = (
        (days, lambda time: (time.year, time.month, time.day)),
        (months, lambda time: (time.year, time.month)),
        (years, lambda time: (time.year,)),
    )
    kept: set[datetime] = set()
    for most, period in rules:
        newest: dict[tuple[int, ...], datetime] = {}
        for time in newest_first:
            newest.setdefault(period(time), time)
        kept.update(list(newest.values())[:most])
    return kept


def backup_name(now: datetime) -> str:
    """Return the name of a backup that is made now."""
    return f"clinic-backup-{now.astimezone(UTC):{TIME_FORMAT}}Z.zip"


def backups_in(folder: Path) -> dict[datetime, Path]:
    """Return the backups in a folder that are named as `backup_name` does, by their time."""
    found: dict[datetime, Path] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        if match := NAME.fullmatch(path.name):
            with suppress(ValueError):  # such as the 31st of June
                time = datetime.strptime(match[1], TIME_FORMAT).replace(tzinfo=UTC)
                found[time] = path
    return found
