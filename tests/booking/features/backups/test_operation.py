"""The commands, the weekly drill, and what the owner and doctor read about them."""

import json
import os
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from booking.actions.jobs.job_runner import JobRunner
from booking.features.backups.actions import drill
from booking.features.backups.actions.make_backup import make_backup_in
from booking.features.backups.models import BackupRun
from booking.features.backups.queries.durations import format_duration
from booking.features.backups.queries.last_runs import check_backups, last_drill_sentence
from booking.models import Role
from clinic.lib.dates import clock
from clinic.lib.scheduled_jobs import JobFailed
from tests.booking.features.backups.places import NewPlace, add_run
from tests.people import browser_of, member
from tests.scene import make_weekday_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("frozen_clock"),
]
REPORT = {
    "taken_at": "", "rows": 420, "files": 2, "erased": None, "held_back": 0, "overlaps": 0,
    "faults": 0, "opened": 214, "unreadable": [], "seconds": 340.0,
}  # fmt: skip


def test_the_commands_back_up_and_restore_and_say_so(
    backup: Path, new_place: NewPlace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with new_place():
        call_command("restore", str(backup), "--report", str(tmp_path / "report.json"))
        call_command("backup", str(tmp_path / "again.zip"))
    said = capsys.readouterr().out
    report = json.loads((tmp_path / "report.json").read_text())

    assert "There is no list of erasures at" in said
    assert "0 overlaps, 0 faults," in said
    assert "The keys (FIELD_KEYS, LINK_KEYS) are not in it." in said
    assert (report["overlaps"], report["files"]) == (0, 2)


def test_a_command_that_cannot_do_it_says_why(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("restore", str(tmp_path / "missing.zip"))
    with pytest.raises(CommandError, match="required"):
        call_command("backup")


def test_old_backups_are_deleted_and_other_files_stay(
    new_place: NewPlace, tmp_path: Path, settings: Settings
) -> None:
    settings.BACKUP_KEEP_DAYS, settings.BACKUP_KEEP_MONTHS = 2, 0
    settings.BACKUP_KEEP_YEARS = 0
    folder = tmp_path / "backups"
    with new_place():
        for day in range(4):
            settings.CLINIC_CLOCK += timedelta(days=1)
            (folder / "erasures.log").touch() if day else None
            make_backup_in(folder)

    assert sorted(path.name for path in folder.iterdir()) == [
        "clinic-backup-20261126T180000Z.zip",
        "clinic-backup-20261127T180000Z.zip",
        "erasures.log",
    ]


def test_without_a_folder_the_drill_does_nothing_and_says_so(settings: Settings) -> None:
    settings.BACKUP_DIR = None

    assert drill.run_drill(clock.now()) == 0
    assert last_drill_sentence() == "BACKUP_DIR is not set, so nothing is done"


def run_drill_with(
    report: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """Run a drill whose restore writes this report, or fails with a sentence."""

    def restore(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert options["env"]["DATABASE_URL"].startswith(f"sqlite:///{folder / '.drill'}")
        assert Path(command[4]).exists()
        if report is not None:
            Path(command[6]).write_text(json.dumps(report))
        return subprocess.CompletedProcess(command, 1, "", "CommandError: It is damaged.\n")

    monkeypatch.setattr(drill.settings, "BACKUP_DIR", folder)
    monkeypatch.setattr(drill.subprocess, "run", restore)
    drill.run_drill(clock.now())


def test_the_drill_tells_the_owner_in_one_sentence_and_leaves_nothing(
    new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_place():
        make_weekday_clinic()
        run_drill_with(REPORT, monkeypatch, tmp_path / "backups")
        sentence = last_drill_sentence()

    assert sentence.startswith("Restored on ")
    assert sentence.endswith(": 0 overlaps, 214 encrypted rows opened, 6 min.")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".drill.lock"]


def test_what_a_killed_backup_has_left_is_deleted_after_a_day(
    new_place: NewPlace, tmp_path: Path
) -> None:
    left = {name: tmp_path / name for name in (".a.zip.7.partial", ".b.zip.8.partial")}
    snapshots = {name: tmp_path / f".backup-snapshot-{name}" for name in ("old", "new")}
    for folder in snapshots.values():
        folder.mkdir()
        (folder / "copy.sqlite3").touch()
    for file in left.values():
        file.touch()
    now, long_ago = time.time(), 1_700_000_000
    ages = {".a.zip.7.partial": long_ago, ".b.zip.8.partial": now}
    for name, changed_at in ages.items():
        os.utime(left[name], (changed_at, changed_at))
    for name, changed_at in {"old": long_ago, "new": now}.items():
        os.utime(snapshots[name], (changed_at, changed_at))
    with new_place():
        make_backup_in(tmp_path)

    assert [path.exists() for path in left.values()] == [False, True]
    assert [path.exists() for path in snapshots.values()] == [False, True]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (None, "It is damaged."),
        (REPORT | {"overlaps": 2}, "2 appointments overlap"),
        (REPORT | {"unreadable": ["booking.Screening"]}, "1 kinds of encrypted rows"),
    ],
)
def test_a_drill_that_finds_something_fails(
    new_place: NewPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    report: dict[str, Any] | None,
    said: str,
) -> None:
    with new_place(), pytest.raises(JobFailed, match=said):
        run_drill_with(report, monkeypatch, tmp_path / "backups")

    assert not (tmp_path / "backups" / ".drill").exists()


def test_the_restore_of_a_drill_is_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sentence reaches the owner; it is a real process, here with a backup that is none."""

    def make_garbage(target: Path, *, record: bool) -> None:
        target.write_bytes(b"garbage")

    monkeypatch.setattr(drill.settings, "BACKUP_DIR", tmp_path)
    monkeypatch.setattr(drill, "make_backup", make_garbage)
    monkeypatch.setattr(drill, "NICENESS", 1)  # 15 waits half a minute for the other tests
    with pytest.raises(JobFailed, match="is no backup, or it is damaged or incomplete"):
        drill.run_drill(clock.now())


def test_the_owner_reads_the_drill_among_the_jobs() -> None:
    make_weekday_clinic()
    add_run(BackupRun.Kind.DRILL, timedelta(days=1), overlaps=0, faults=0, opened=214)
    JobRunner().run_once()
    page = browser_of(member(Role.OWNER)).get("/desk/jobs/").content.decode()

    assert "0 overlaps, 214 encrypted rows opened, 6 min." in page
    assert "every week" in page


def test_doctor_tells_the_age_of_the_newest_backup(settings: Settings) -> None:
    settings.PRODUCTION = True
    none = list(check_backups())
    add_run(BackupRun.Kind.BACKUP, timedelta(days=3))
    old = list(check_backups())
    add_run(BackupRun.Kind.BACKUP, timedelta(hours=5))
    fresh = list(check_backups())

    assert [is_ok for is_ok, _ in none] == [False]
    assert old == [(False, "The newest backup is 3 days old (1.5 MB). Make one every day.")]
    assert fresh == [(True, "The newest backup is 5 h 0 min old (1.5 MB).")]


def test_doctor_misses_a_drill(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path
    missing = list(check_backups())[-1]
    add_run(BackupRun.Kind.DRILL, timedelta(days=12), overlaps=0, faults=0, opened=3)
    old = list(check_backups())[-1]
    add_run(BackupRun.Kind.DRILL, timedelta(days=2), overlaps=0, faults=0, opened=3)
    fresh = list(check_backups())[-1]

    assert missing == (False, "No backup was restored as a drill yet.")
    assert (old[0], fresh[0]) == (False, True)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12.4, "12 s"), (360, "6 min"), (7500, "2 h 5 min"), (3 * 86_400, "3 days")],
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
