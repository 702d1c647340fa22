"""`manage.py upgrade` checks, tells, backs up, migrates, restarts and compares."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker, Settings

from booking.features.backups.models import BackupRun
from booking.models import Appointment
from clinic.lib import file_lock
from clinic.lib.schema_version import missing_migrations
from clinic.upgrade import checks as upgrade_checks
from clinic.upgrade.comparing import SiteState
from clinic.upgrade.locking import LOCK_NUMBER
from tests.booking.features.backups import places
from tests.clinic.upgrade.conftest import OLDER, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

Sites = dict[str, SiteState]


def run(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Run the command without waiting, and return what it says."""
    call_command("upgrade", "--wait", "0", *options)
    return capsys.readouterr().out


def test_an_older_database_is_backed_up_and_migrated_and_the_backup_can_be_restored(
    older_database: dict[str, Any],
    site: Sites,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    backup = tmp_path / "before.zip"
    before = len(missing_migrations())
    said = run(capsys, "--yes", "--backup-to", str(backup))

    assert before > 0
    assert missing_migrations() == []
    assert (BackupRun.objects.get().kind, Appointment.objects.count()) == ("backup", 1)
    assert f"Change the database: {before} migrations (booking " in said
    assert said.index("Backed up") < said.index("The database is up to date")
    assert "The site runs version" in said
    with (
        places.new_tested(tmp_path) as empty,
        places.at(dict(empty), tmp_path / "restored"),
    ):
        report = places.restore(backup)
        restored = Appointment.objects.get()
    assert report.is_well, report
    assert restored.public_id == Appointment.objects.get().public_id


def test_nothing_is_done_before_somebody_has_agreed(
    older_database: dict[str, Any], site: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="Run it with --yes"):
        call_command("upgrade", "--no-backup")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("upgrade", "--no-backup")

    assert ("booking", "0037_answers_shown_in_accounts") in missing_migrations()


def test_without_a_place_for_the_backup_nothing_is_done(
    older_database: dict[str, Any], site: Sites, settings: Settings
) -> None:
    settings.BACKUP_DIR = None
    with pytest.raises(CommandError, match="Set BACKUP_DIR"):
        call_command("upgrade", "--yes")

    assert missing_migrations() != []


def test_no_backup_is_said_loudly(
    older_database: dict[str, Any], site: Sites, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("upgrade", "--yes", "--no-backup", "--wait", "0")

    assert "There will be NO BACKUP" in capsys.readouterr().err
    assert missing_migrations() == []


@pytest.mark.usefixtures("newest_database")
@pytest.mark.parametrize("app", ["booking", "booking_vouchers"])
def test_a_database_of_a_newer_version_is_refused(app: str, site: Sites) -> None:
    MigrationRecorder(connection).record_applied(app, "0999_later")

    with pytest.raises(CommandError, match=f"made by a newer version.*{app}.0999_later"):
        call_command("upgrade", "--yes")


@pytest.mark.usefixtures("newest_database")
def test_settings_that_do_not_work_and_a_small_disk_are_named_together(
    site: Sites, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = [checks.Error("No such backend.", id="x.E1"), checks.Warning("Beware.", id="x.W1")]
    monkeypatch.setattr(upgrade_checks.checks, "run_checks", lambda **_options: wrong)
    assert upgrade_checks.find_setting_problems() == (
        ["No such backend. (x.E1)"],
        ["Beware. (x.W1)"],
    )
    with pytest.raises(CommandError, match="No such backend"):
        call_command("upgrade", "--yes")

    full = SimpleNamespace(f_bavail=5, f_frsize=1_000_000)
    monkeypatch.setattr(upgrade_checks.os, "statvfs", lambda _folder: full)
    problems = list(upgrade_checks.find_space_problems(tmp_path / "not" / "there"))
    assert len(problems) == 1
    assert problems[0].startswith(f"The disk of {tmp_path} has 5 MB left")


def test_a_second_upgrade_at_the_same_time_is_refused(
    older_database: dict[str, Any], site: Sites, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        upgrade_lock_held(older_database),
        pytest.raises(CommandError, match="Another upgrade of this database is running"),
    ):
        call_command("upgrade", "--yes", "--no-backup")
    assert missing_migrations() != []
    assert "is up to date" in run(capsys, "--yes", "--no-backup")


@pytest.mark.usefixtures("newest_database")
def test_a_site_that_still_runs_the_older_version_is_a_failure(
    site: Sites, settings: Settings
) -> None:
    address = f"{settings.BASE_URL}/readyz"
    site[address] = SiteState("0.9.0", "abc", problems={})
    with pytest.raises(CommandError, match=r"not this version: .* runs version 0\.9\.0"):
        call_command("upgrade", "--wait", "0")
    with pytest.raises(CommandError, match=r"https://web2\.example/readyz does not answer"):
        call_command("upgrade", "--wait", "0", "--url", "https://web2.example")


@pytest.mark.usefixtures("newest_database")
def test_the_command_that_restarts_is_run_before_comparing(
    site: Sites, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(capsys, "--restart-command", f"touch '{tmp_path}/re started'")
    assert (tmp_path / "re started").exists()
    assert "so it is neither changed nor backed up" in said

    site.clear()
    assert "Restart" not in run(capsys, "--no-restart").splitlines()[-1]

    with pytest.raises(CommandError, match="exit code 1"):
        run(capsys, "--restart-command", "false")
    with pytest.raises(CommandError, match="The restart failed"):
        run(capsys, "--restart-command", str(tmp_path / "missing"))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="another way to be out of reach")
def test_a_database_out_of_reach_is_said_in_a_sentence(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, site: Sites
) -> None:
    with django_db_blocker.unblock():
        database = places.new_sqlite(tmp_path) | {"NAME": str(tmp_path / "missing" / "db")}
        with (
            places.at(database, tmp_path / "media"),
            pytest.raises(CommandError, match="The database is away"),
        ):
            call_command("upgrade", "--yes")


def test_the_older_database_of_these_tests_is_older() -> None:
    """They would try nothing if it were the newest."""
    assert OLDER < "0040"


@contextmanager
def upgrade_lock_held(database: dict[str, Any]) -> Iterator[None]:
    """Another process has the lock of upgrades."""
    if connection.vendor == "sqlite":
        lock = file_lock.acquire(Path(f"{database['NAME']}.upgrade-lock"))
        assert lock is not None
        with lock:
            yield
        return
    other = psycopg2.connect(url_of(database))
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NUMBER])
        yield
    finally:
        other.close()
