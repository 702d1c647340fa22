"""The drill: restore a fresh backup in a scratch place, to know that it can be done."""

import json
import os
import resource
import shutil
import signal
import subprocess  # the command is fixed
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from booking.features.backups.actions.make_backup import make_backup
from booking.features.backups.errors import BackupProblem
from booking.features.backups.models import BackupRun
from booking.registries.erasures_after_restore import LIST_NAME
from clinic.lib import file_lock
from clinic.lib.files.media_storage import FOLDER
from clinic.lib.parent_death import die_with_parent
from clinic.lib.scheduled_jobs import JobFailed

SCRATCH = ".drill"
LOCK = ".drill.lock"
TIME_LIMIT = timedelta(hours=2)
MAX_CPU_SECONDS = 3600
MAX_MEMORY_BYTES = 4 * 1024**3
NICENESS = 15
LONGEST_PROBLEM = 200


def run_drill(now: datetime) -> int:
    """Make a backup, restore it into a scratch SQLite database, check it, and record the result.

    Everything happens in a private folder inside BACKUP_DIR, which is deleted at the end. The
    restore is a process of its own, with limits, that knows no other database. Returns the number
    of rows, 0 if there is no BACKUP_DIR. Raises JobFailed, also if the checks found faults.
    """
    if settings.BACKUP_DIR is None:
        return 0
    try:
        with _scratch_folder(settings.BACKUP_DIR) as scratch:
            summary = make_backup(scratch / "backup.zip", record=False)
            report = _restore(scratch)
    except (BackupProblem, OSError) as problem:
        raise JobFailed(str(problem)) from problem
    run = BackupRun.objects.create(
        kind=BackupRun.Kind.DRILL,
        started_at=now,
        duration=timedelta(seconds=summary.seconds + report["seconds"]),
        rows=report["rows"],
        size=summary.size,
        overlaps=report["overlaps"],
        faults=report["faults"],
        opened=report["opened"],
    )
    if report["overlaps"] or report["faults"] or report["unreadable"]:
        raise JobFailed(
            f"The backup was restored, but {report['overlaps']} appointments overlap, there are "
            f"{report['faults']} faults, and {len(report['unreadable'])} kinds of encrypted "
            "rows do not open."
        )
    return run.rows


@contextmanager
def _scratch_folder(parent: Path) -> Iterator[Path]:
    """Make an empty private folder, also if a drill that was killed has left one."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = file_lock.acquire(parent / LOCK)
    if lock is None:
        raise BackupProblem("Another drill is running.")
    with lock:
        scratch = parent / SCRATCH
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _restore(scratch: Path) -> Mapping[str, Any]:
    """Restore the backup of a scratch folder there, and return the report."""
    report, backup = scratch / "report.json", scratch / "backup.zip"
    command = [sys.executable, "-m", "django", "restore", str(backup), "--report", str(report)]
    if settings.BACKUP_DIR is not None:
        command += ["--erasures", str(settings.BACKUP_DIR / LIST_NAME)]
    try:
        ended = subprocess.run(  # noqa: S603  # a fixed list
            command,
            cwd=settings.BASE_DIR,
            env=_scratch_environment(scratch),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT.total_seconds(),
            check=False,
            preexec_fn=partial(_limit, os.getpid()),  # a job has one thread
        )
    except subprocess.TimeoutExpired as error:
        raise BackupProblem("The restore did not end in time, so it was stopped.") from error
    if not report.exists():
        raise BackupProblem(_last_line(ended.stderr) or f"It ended with {ended.returncode}.")
    found: Mapping[str, Any] = json.loads(report.read_text())
    return found


def _scratch_environment(scratch: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "clinic.settings"),
        "DATABASE_URL": f"sqlite:///{scratch / 'clinic.sqlite3'}",
        "MEDIA_STORAGE": FOLDER,
        "MEDIA_ROOT": str(scratch / "media"),
    }


def _limit(parent: int) -> None:
    """Let the process end with its parent, and keep it from harming the site."""
    die_with_parent(parent, signal.SIGKILL)
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].removeprefix("CommandError: ")[:LONGEST_PROBLEM] if lines else ""
