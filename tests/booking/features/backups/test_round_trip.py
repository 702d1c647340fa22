"""A backup restores to the same rows and files, on either database and across them."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from pytest_django import Settings

from booking.features.backups.actions.make_backup import make_backup
from booking.features.backups.actions.reading import open_backup
from booking.features.backups.models import BackupRun
from booking.models import Appointment, Notification, ScheduledJob
from booking.queries.jobs import is_due
from clinic.lib.dates import clock
from clinic.lib.scheduled_jobs import registered_jobs
from tests.booking.features.backups.conftest import MARKER, WAITING
from tests.booking.features.backups.places import NewPlace, restore
from tests.factories import PatientFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("frozen_clock"),
]


def checksums(file: Path) -> dict[str, str]:
    """The checksum of every table and file of a backup."""
    with open_backup(file) as (_archive, manifest):
        entries = {table.name: table.sha256 for table in manifest.tables}
        return entries | {file.name: file.sha256 for file in manifest.files}


def test_rows_and_files_are_the_same_through_the_other_database_and_back(
    backup: Path, new_place: NewPlace, tmp_path: Path
) -> None:
    with new_place(sqlite=True):
        first = restore(backup)
        make_backup(tmp_path / "second.zip")
    with new_place():
        second = restore(tmp_path / "second.zip")
        make_backup(tmp_path / "third.zip")

    assert first.is_well, first
    assert (second.rows, second.files) == (first.rows, 2)
    assert first.rows > 50
    assert checksums(tmp_path / "second.zip") == checksums(backup)
    assert checksums(tmp_path / "third.zip") == checksums(backup)


def test_a_restored_clinic_reads_its_encrypted_rows_and_files_and_finds_its_articles(
    backup: Path, new_place: NewPlace, client: Client
) -> None:
    with new_place():
        report = restore(backup)
        appointment = Appointment.objects.get()
        note, name = appointment.patient_note, str(appointment.patient)
        with default_storage.open("images/one/400.webp") as file:
            content = file.read()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM articles_search")
                assert cursor.fetchone() == (2,)

    assert report.opened >= 5
    assert (note, name) == (MARKER, "Ünal Ó Briain 李")
    assert content == b"picture" * 1000


def test_a_new_row_gets_a_key_that_no_row_had(backup: Path, new_place: NewPlace) -> None:
    with new_place():
        restore(backup)
        last = Appointment.objects.get().patient_id
        assert PatientFactory().pk > (last or 0)


def test_jobs_are_put_off_and_mails_that_were_due_are_held_back(
    backup: Path, new_place: NewPlace, settings: Settings
) -> None:
    settings.CLINIC_CLOCK += timedelta(days=7)
    jobs = {job.name: job for job in registered_jobs()}
    with new_place():
        report = restore(backup, stopped=False)
        now = clock.now()
        rows = {row.name: row for row in ScheduledJob.objects.all()}
        due = [name for name, row in rows.items() if is_due(jobs[name], row, now)]
        waiting = Notification.objects.get(key=WAITING)
        sent = Notification.objects.get(key="sent")

    assert (len(rows) > 20, due) == (True, [])
    assert report.held_back == 1
    assert waiting.status == Notification.Status.FAILED
    assert "may have been sent before" in waiting.problem
    assert sent.status == Notification.Status.SENT


def test_a_move_to_another_database_sends_what_waits(backup: Path, new_place: NewPlace) -> None:
    with new_place():
        report = restore(backup)
        waiting = Notification.objects.get(key=WAITING)

    assert report.held_back == 0
    assert waiting.status == Notification.Status.WAITING


def test_what_is_booked_while_the_backup_runs_is_whole_or_not_there(
    new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A patient who comes between two tables is in neither, and the site is not kept waiting."""

    def book_meanwhile(archive: object, model: object, alias: str) -> object:
        PatientFactory()
        return write_table(archive, model, alias)

    module = "booking.features.backups.actions.make_backup"
    write_table = __import__(module, fromlist=["_write_table"])._write_table
    monkeypatch.setattr(f"{module}._write_table", book_meanwhile)
    with new_place():
        make_backup(tmp_path / "backup.zip")
    with open_backup(tmp_path / "backup.zip") as (_archive, manifest):
        rows = {table.name: table.rows for table in manifest.tables}

    assert rows["booking_patient"] == 0


def test_the_archive_is_private_and_is_recorded(new_place: NewPlace, tmp_path: Path) -> None:
    with new_place():
        summary = make_backup(tmp_path / "backup.zip")
        run = BackupRun.objects.get()

    assert stat.S_IMODE(summary.file.stat().st_mode) == 0o600
    assert (run.kind, run.rows, run.size) == ("backup", summary.rows, summary.size)
    assert [path.name for path in tmp_path.glob("*.zip*")] == ["backup.zip"]
    assert list(tmp_path.glob(".*")) == []


def test_health_words_and_keys_are_in_no_backup(
    backup: Path, settings: Settings, client: Client
) -> None:
    with open_backup(backup) as (archive, _manifest):
        everything = b"".join(archive.read(name) for name in archive.namelist())

    assert MARKER.encode() not in everything
    for key in (settings.SECRET_KEY, *settings.FIELD_KEYS, *settings.LINK_KEYS):
        assert key.encode() not in everything
