"""What is no backup, or does not belong here, is refused with a sentence, and nothing changes."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from booking.features.backups.actions import loading, writing
from booking.features.backups.actions.make_backup import make_backup
from booking.features.backups.actions.reading import open_backup
from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries.manifest import sign
from booking.models import Patient, User
from booking.registries import erasures_after_restore
from clinic.lib.dates import clock
from tests.booking.features.backups.places import NewPlace, restore
from tests.factories import PatientFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("frozen_clock"),
]

Members = dict[str, bytes]
OTHER_KEY = "another-key-0123456789-abcdefghijklmnop"


def refusal(file: Path, erasure_list: Path | None = None) -> str:
    """The sentence with which a restore is refused."""
    with pytest.raises(BackupProblem) as refused:
        restore(file, erasures=erasure_list)
    return str(refused.value)


def refused_to_open(file: Path) -> str:
    """The sentence with which a backup is refused before anything is done with it."""
    with pytest.raises(BackupProblem) as refused, open_backup(file):
        raise AssertionError("It was opened.")
    return str(refused.value)


def changed(backup: Path, target: Path, change: Callable[[Members], None]) -> Path:
    """A copy of a backup of which a function has changed the members."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def with_manifest(change: Callable[[dict[str, Any]], None], *, signed: bool = True) -> Any:
    """A change of the manifest; signed as the site would, or with the old signature."""

    def apply(members: Members) -> None:
        manifest = json.loads(members["manifest.json"])
        change(manifest)
        members["manifest.json"] = json.dumps(manifest).encode()
        if signed:
            members["manifest.signature"] = sign(members["manifest.json"]).encode()

    return apply


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_an_archive_that_was_cut_short_is_refused(
    backup: Path, tmp_path: Path, share: float
) -> None:
    content = backup.read_bytes()
    short = tmp_path / "short.zip"
    short.write_bytes(content[: int(share * len(content))])

    assert "no backup, or it is damaged or incomplete" in refused_to_open(short)


def test_a_missing_file_and_any_other_archive_are_refused(backup: Path, tmp_path: Path) -> None:
    other = changed(backup, tmp_path / "other.zip", lambda members: members.clear())

    assert "cannot be read (No such file" in refused_to_open(tmp_path / "missing.zip")
    assert "incomplete: it has no manifest.json" in refused_to_open(other)


def test_a_changed_row_is_found_and_nothing_is_loaded(
    backup: Path, tmp_path: Path, new_place: NewPlace
) -> None:
    def rename(members: Members) -> None:
        name = "tables/booking_patient.jsonl"
        members[name] = members[name].replace("Ünal".encode(), b"Anna")

    with new_place():
        said = refusal(changed(backup, tmp_path / "changed.zip", rename))
        left = (Patient.objects.count(), User.objects.count())

    assert said == "The table booking_patient of this backup is damaged."
    assert left == (0, 0)


def test_a_changed_file_and_a_missing_table_are_found(
    backup: Path, tmp_path: Path, new_place: NewPlace
) -> None:
    def change_picture(members: Members) -> None:
        members["media/images/one/400.webp"] = b"another"

    def lose_table(members: Members) -> None:
        del members["tables/booking_patient.jsonl"]

    with new_place():
        assert "images/one/400.webp" in refusal(
            changed(backup, tmp_path / "picture.zip", change_picture)
        )
        assert "it has no tables/booking_patient" in refusal(
            changed(backup, tmp_path / "table.zip", lose_table)
        )


def test_a_manifest_that_nobody_here_has_signed_is_refused(backup: Path, tmp_path: Path) -> None:
    change = with_manifest(lambda manifest: manifest["files"].clear(), signed=False)

    said = refused_to_open(changed(backup, tmp_path / "changed.zip", change))

    assert said == "The manifest of this backup was changed: its signature is wrong."


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out", "a/../../out", "a//b", "a\\b", "", "."])
def test_a_file_that_leaves_its_place_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    def add(manifest: dict[str, Any]) -> None:
        manifest["files"].append({"name": name, "size": 0, "sha256": ""})

    said = refused_to_open(changed(backup, tmp_path / "changed.zip", with_manifest(add)))

    assert "leaves its place" in said


def test_a_missing_key_is_named(backup: Path, settings: Settings) -> None:
    settings.FIELD_KEYS = [OTHER_KEY]
    said = refused_to_open(backup)
    settings.LINK_KEYS = [OTHER_KEY]

    assert "FIELD_KEYS: key 1 of the 1 that it was made with" in said
    assert "LINK_KEYS" not in said
    assert "LINK_KEYS" in refused_to_open(backup)


def test_keys_that_came_later_do_no_harm(backup: Path, settings: Settings) -> None:
    settings.FIELD_KEYS = [OTHER_KEY, *settings.FIELD_KEYS]
    settings.LINK_KEYS = [OTHER_KEY, *settings.LINK_KEYS]
    with open_backup(backup) as (_archive, manifest):
        assert manifest.database


def test_a_backup_of_a_newer_version_is_refused(
    backup: Path, tmp_path: Path, new_place: NewPlace
) -> None:
    newer_format = with_manifest(lambda manifest: manifest.update(format=2, version="9.1"))
    newer_schema = with_manifest(lambda manifest: manifest["migrations"].append("booking.9999_x"))
    with new_place():
        said = refusal(changed(backup, tmp_path / "schema.zip", newer_schema))

    assert "made by a newer version" in said
    assert "booking.9999_x" in said
    assert "newer version (9.1)" in refused_to_open(
        changed(backup, tmp_path / "format.zip", newer_format)
    )


def test_a_backup_of_an_older_version_is_loaded_into_its_schema_and_migrated(
    backup: Path, tmp_path: Path, new_place: NewPlace
) -> None:
    last = "booking_imports.0002_keep_results"
    older = changed(
        backup,
        tmp_path / "older.zip",
        with_manifest(lambda manifest: manifest["migrations"].remove(last)),
    )
    with new_place():
        report = restore(older)
        applied = MigrationRecorder(connection).applied_migrations()

    assert report.is_well
    assert report.rows > 50
    assert tuple(last.split(".")) in applied


def test_it_is_restored_only_into_an_empty_place(backup: Path, new_place: NewPlace) -> None:
    with new_place():
        PatientFactory()
        full_database = refusal(backup)
    with new_place():
        default_storage.save("other.txt", ContentFile(b"mine"))
        full_folder = refusal(backup)

    assert "not empty: there are rows in booking_patient" in full_database
    assert "it holds other.txt" in full_folder


def test_an_interrupted_restore_can_be_run_again(
    backup: Path, new_place: NewPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the first file: the rows are gone with their transaction, the file is there."""

    def killed(*_arguments: object) -> None:
        default_storage.save("images/one/400.webp", ContentFile(b"half"))
        raise KeyboardInterrupt

    module = "booking.features.backups.actions.restore._restore_files"
    with new_place():
        with monkeypatch.context() as patch:
            patch.setattr(module, killed)
            with pytest.raises(KeyboardInterrupt):
                restore(backup)
        before = Patient.objects.count()
        report = restore(backup)
        with default_storage.open("images/one/400.webp") as file:
            content = file.read()

    assert before == 0
    assert report.is_well
    assert content == b"picture" * 1000


def test_a_missing_list_of_erasures_is_said_and_a_foreign_one_is_refused(
    backup: Path, new_place: NewPlace, tmp_path: Path
) -> None:
    said: list[str] = []
    foreign = tmp_path / "erasures.log"
    foreign.write_text(f"2026-11-23T18:00:00+00:00 0123456789abcdef {'a' * 64}\n")
    with new_place():
        missing = tmp_path / "missing.log"
        refused = refusal(backup, foreign)
        restore(backup, erasures=missing, say=said.append)

    assert "There is no list of erasures" in said[0]
    assert "1 erasures were recorded under a key" in refused


def test_whoever_was_erased_since_is_erased_again(
    backup: Path, new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased: list[str] = []
    monkeypatch.setattr(
        erasures_after_restore, "_erasers", [lambda patient: erased.append(patient.name)]
    )
    with new_place():
        restore(backup)
        patient = Patient.objects.get()
    monkeypatch.setattr(erasures_after_restore.settings, "BACKUP_DIR", tmp_path)
    with new_place():
        erasures_after_restore.record_erasure(patient.public_id, clock.now())
    with new_place():
        report = restore(backup, erasures=tmp_path / "erasures.log")

    assert report.erased == 1
    assert erased == [patient.name]


def full_disk(*_arguments: object) -> Iterator[bytes]:
    yield b"half"
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_no_half_backup(
    new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.features.backups.actions.make_backup.encoded_rows", full_disk)
    with new_place(), pytest.raises(BackupProblem, match="is full"):
        make_backup(tmp_path / "backup.zip")

    assert [path for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_a_full_disk_stops_a_restore_with_a_sentence(
    backup: Path, new_place: NewPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.features.backups.actions.restore.file_chunks", full_disk)
    with new_place():
        said = refusal(backup)
        left = Patient.objects.count()

    assert said == "The disk of the uploaded files is full."
    assert left == 0


def test_nothing_is_overwritten(new_place: NewPlace, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("mine")
    with new_place(), pytest.raises(BackupProblem, match="already"):
        make_backup(tmp_path / "backup.zip")
    with new_place(), pytest.raises(BackupProblem, match="no folder"):
        make_backup(tmp_path / "nowhere" / "backup.zip")

    assert (tmp_path / "backup.zip").read_text() == "mine"


def test_a_file_that_comes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "backup.zip"
    with pytest.raises(BackupProblem, match="already"), writing.new_archive(target):
        target.write_text("mine")

    assert target.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["backup.zip"]


def test_rows_that_do_not_fit_together_are_refused(
    backup: Path, tmp_path: Path, new_place: NewPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table is left out, so that others point at nothing: foreign keys are checked at the end."""
    load_table = loading._load_table

    def leave_out(archive: zipfile.ZipFile, table: Any) -> int:
        return 0 if table.name == "booking_patient" else load_table(archive, table)

    monkeypatch.setattr(loading, "_load_table", leave_out)
    with new_place():
        assert "do not fit together" in refusal(backup)
        assert User.objects.count() == 0
