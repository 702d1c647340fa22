"""Erasures are recorded beside the backups, and repeated after a restore."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from booking.models import Patient
from booking.registries import erasures_after_restore
from booking.registries.erasures_after_restore import AddressRow, AddressSource, ErasureList
from clinic.lib.dates import clock
from tests.factories import PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
erased: list[str] = []
HOUR = timedelta(hours=1)


def forget(patient: Patient) -> None:
    erased.append(patient.name)


def fail(patient: Patient) -> None:
    raise AssertionError(patient.name)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for backups, with a function that erases."""
    monkeypatch.setattr(erasures_after_restore, "_erasers", [forget])
    erased.clear()
    settings.BACKUP_DIR = tmp_path / "backups"
    return tmp_path / "backups"


def record(patient: Patient, capture: DjangoCaptureOnCommitCallbacks) -> None:
    with capture(execute=True), transaction.atomic():
        erasures_after_restore.record_erasure(patient.public_id, clock.now())


def test_a_patient_is_erased_again_by_the_list(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ada, _bea = PatientFactory(name="Ada"), PatientFactory(name="Bea")
    record(ada, django_capture_on_commit_callbacks)
    recorded = erasures_after_restore.read_erasures(folder / "erasures.log")

    assert erasures_after_restore.erase_listed_patients(recorded) == 1
    assert erased == ["Ada"]
    assert erasures_after_restore.count_under_unknown_keys(recorded, clock.now()) == 0


def test_the_list_is_private_and_names_nobody(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ada = PatientFactory(name="Ada")
    record(ada, django_capture_on_commit_callbacks)
    file = folder / "erasures.log"

    assert file.stat().st_mode & 0o077 == 0
    assert str(ada.public_id) not in file.read_text()
    assert "Ada" not in file.read_text()


def test_what_an_older_key_has_recorded_counts_and_an_unknown_key_is_reported(
    folder: Path,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    record(PatientFactory(name="Ada"), django_capture_on_commit_callbacks)
    recorded = erasures_after_restore.read_erasures(folder / "erasures.log")
    old = settings.LINK_KEYS
    settings.LINK_KEYS = ["another-key-0123456789-abcdefghijkl", *old]
    again = erasures_after_restore.erase_listed_patients(recorded)
    settings.LINK_KEYS = settings.LINK_KEYS[:1]

    assert again == 1
    assert erasures_after_restore.count_under_unknown_keys(recorded, clock.now()) == 1
    assert erasures_after_restore.erase_listed_patients(recorded) == 0


def test_nothing_is_recorded_if_the_erasure_is_rolled_back(folder: Path) -> None:
    with transaction.atomic():
        erasures_after_restore.record_erasure(PatientFactory().public_id, clock.now())
        transaction.set_rollback(True)

    assert not (folder / "erasures.log").exists()


def test_a_line_that_was_cut_short_is_left_out(folder: Path) -> None:
    folder.mkdir()
    (folder / "erasures.log").write_text("2026-11-23T18:00:00+00:00 0123456789abcdef 00ff\n\n")

    assert erasures_after_restore.read_erasures(folder / "erasures.log") == ErasureList()


def test_without_anything_that_erases_the_list_cannot_be_applied(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    record(PatientFactory(), django_capture_on_commit_callbacks)
    monkeypatch.setattr(erasures_after_restore, "_erasers", [])
    with pytest.raises(LookupError):
        erasures_after_restore.erase_listed_patients(
            erasures_after_restore.read_erasures(folder / "erasures.log")
        )


def test_an_unknown_key_of_an_erasure_before_the_backup_does_not_matter(
    folder: Path,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    record(PatientFactory(name="Ada"), django_capture_on_commit_callbacks)
    settings.LINK_KEYS = ["another-key-0123456789-abcdefghijkl"]
    recorded = erasures_after_restore.read_erasures(folder / "erasures.log")

    assert erasures_after_restore.count_under_unknown_keys(recorded, clock.now()) == 1
    assert (
        erasures_after_restore.count_under_unknown_keys(recorded, clock.now() + timedelta(days=2))
        == 0
    )


def test_of_an_address_what_was_made_before_the_erasure_is_erased_again(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    now = clock.now()
    deleted: list[int] = []
    rows = [
        AddressRow(1, " Ada@Mail.example", now - HOUR),
        AddressRow(2, "ada@mail.example", now + HOUR),
        AddressRow(3, "bea@mail.example", now - HOUR),
    ]
    source = AddressSource(lambda: rows, deleted.extend)
    monkeypatch.setattr(erasures_after_restore, "_sources", [source])
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        erasures_after_restore.record_address_erasure("ada@mail.example", now)
    text = (folder / "erasures.log").read_text()
    recorded = erasures_after_restore.read_erasures(folder / "erasures.log")

    assert "ada" not in text.lower()
    assert len(text.splitlines()) == 1
    assert erasures_after_restore.erase_listed_patients(recorded) == 0
    assert erasures_after_restore.erase_listed_addresses(recorded) == 1
    assert deleted == [1]


def test_of_two_erasures_of_an_address_the_later_counts(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for at in (clock.now(), clock.now() - HOUR):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            erasures_after_restore.record_address_erasure("ada@mail.example", at)
    recorded = erasures_after_restore.read_erasures(folder / "erasures.log")

    assert [row.at for row in recorded.addresses.values()] == [clock.now()]


def test_one_function_erases() -> None:
    erasures_after_restore.register(forget)
    with pytest.raises(ValueError, match="Another"):
        erasures_after_restore.register(fail)
