"""When the last backup was made and the last drill was run, for the owner and for doctor."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.features.backups.models import BackupRun
from booking.features.backups.queries.durations import format_duration
from booking.models import ClinicProfile
from clinic.lib.dates import clock, date_format

MAX_AGE = timedelta(hours=30)
"""Of the newest backup. They are made daily, and may begin later or take longer than yesterday."""
MAX_DRILL_AGE = timedelta(days=9)


def last_drill_sentence() -> str:
    """Return what came out of the last drill, in a sentence; why there is none, if so."""
    drill = BackupRun.latest(BackupRun.Kind.DRILL, clock.now())
    if drill is None:
        return _("BACKUP_DIR is not set, so nothing is done") if not settings.BACKUP_DIR else ""
    clinic = ClinicProfile.current()
    zone = clinic.zone if clinic is not None else ZoneInfo("UTC")
    overlaps, opened = drill.overlaps or 0, drill.opened or 0
    facts = [
        ngettext("%(n)d overlap", "%(n)d overlaps", overlaps) % {"n": overlaps},
        ngettext("%(n)d encrypted row opened", "%(n)d encrypted rows opened", opened)
        % {"n": opened},
        format_duration(drill.duration.total_seconds()),
    ]
    if drill.faults:
        facts.insert(1, ngettext("%(n)d fault", "%(n)d faults", drill.faults) % {"n": drill.faults})
    return _("Restored on %(when)s: %(facts)s.") % {
        "when": date_format.short_datetime(drill.started_at, zone),
        "facts": ", ".join(facts),
    }


def check_backups() -> Iterator[tuple[bool, str]]:
    """Check, for `manage.py doctor`, how old the newest backup and the newest drill are."""
    now = clock.now()
    backup = BackupRun.latest(BackupRun.Kind.BACKUP, now)
    if backup is None:
        sentence = "No backup was made yet. Set BACKUP_DIR and run: manage.py backup --keep-in DIR"
        yield not settings.PRODUCTION, sentence
    else:
        age = now - backup.started_at
        sentence = (
            f"The newest backup is {format_duration(age.total_seconds())} old "
            f"({backup.size / 1_000_000:,.1f} MB)."
        )
        is_late = age > MAX_AGE and settings.PRODUCTION
        yield not is_late, f"{sentence} Make one every day." if is_late else sentence
    if settings.BACKUP_DIR is not None:
        drill = BackupRun.latest(BackupRun.Kind.DRILL, now)
        is_fresh = drill is not None and now - drill.started_at < MAX_DRILL_AGE
        yield is_fresh, last_drill_sentence() or "No backup was restored as a drill yet."
