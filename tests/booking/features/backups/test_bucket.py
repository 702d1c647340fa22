"""A backup of uploaded files in a bucket, and its restore into another one."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from booking.features.backups.actions import drill
from booking.features.backups.actions.make_backup import make_backup
from booking.features.backups.errors import BackupProblem
from clinic.lib.files.media_storage import parse_media_storage
from tests.booking.features.backups import places
from tests.booking.features.backups.conftest import make_clinic
from tests.booking.features.backups.places import NewPlace
from tests.servers.s3 import Service, s3_service


def in_bucket(service: Service) -> override_settings:
    storage = parse_media_storage(service.url)
    return override_settings(STORAGES={**settings.STORAGES, "default": storage})


def test_files_move_from_one_bucket_into_an_empty_one(new_place: NewPlace, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    with s3_service() as first, s3_service() as second:
        with new_place(sqlite=True), in_bucket(first):
            make_clinic()
            make_backup(archive)
        with new_place(sqlite=True), in_bucket(second):
            places.restore(archive)
        assert second.objects == first.objects
        assert len(first.objects) > 1

        second.objects["pictures/other.webp"] = b"of somebody else"
        refusal = pytest.raises(BackupProblem, match="bucket of MEDIA_STORAGE is not empty")
        with new_place(sqlite=True), in_bucket(second), refusal:
            places.restore(archive)


def test_the_drill_restores_into_a_folder_and_never_into_the_bucket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MEDIA_STORAGE", "s3://key:secret@127.0.0.1/pictures")

    environment = drill._scratch_environment(tmp_path)

    assert environment["MEDIA_STORAGE"] == "folder"
    assert environment["MEDIA_ROOT"] == str(tmp_path / "media")
