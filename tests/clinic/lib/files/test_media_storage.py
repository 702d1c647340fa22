"""Uploaded files in a bucket of an S3-compatible service."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from pytest_django import Settings

from booking.doctor.files import check_folders
from clinic.lib.files import media_storage
from clinic.lib.files.media_storage import parse_media_storage
from clinic.lib.http.pictures import picture_response
from tests.servers.s3 import Service, s3_service


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """An empty bucket, in which this test's uploaded files are."""
    with s3_service() as found:
        settings.STORAGES = {**settings.STORAGES, "default": parse_media_storage(found.url)}
        yield found


@pytest.mark.django_db  # Django looks at its connections when an answer is closed
def test_files_are_saved_shown_listed_and_deleted_in_the_bucket(service: Service) -> None:
    for name in ("images/one/400.webp", "images/one/800.webp", "top.webp"):
        assert default_storage.save(name, ContentFile(name.encode())) == name
    assert service.objects["pictures/images/one/400.webp"] == b"images/one/400.webp"

    answer = picture_response("images/one/400.webp", name="one.webp")
    assert b"".join(answer) == b"images/one/400.webp"
    assert answer["Content-Type"] == "image/webp"
    answer.close()
    assert default_storage.listdir("") == (["images"], ["top.webp"])
    assert default_storage.listdir("images/one") == ([], ["400.webp", "800.webp"])

    default_storage.delete("images/one/400.webp")
    with pytest.raises(Http404):
        picture_response("images/one/400.webp", name="one.webp")


def test_while_the_bucket_is_away_a_picture_is_not_available(settings: Settings) -> None:
    with s3_service() as ended:
        pass
    settings.STORAGES = {**settings.STORAGES, "default": parse_media_storage(ended.url)}

    answer = picture_response("images/one/400.webp", name="one.webp")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Cache-Control"] == "no-store"


def test_a_file_never_replaces_another_one(service: Service) -> None:
    default_storage.save("one.webp", ContentFile(b"first"))

    assert default_storage.save("one.webp", ContentFile(b"second")) != "one.webp"
    assert service.objects["pictures/one.webp"] == b"first"


def test_doctor_tries_the_bucket(service: Service, settings: Settings) -> None:
    assert (True, "Uploaded files can be saved in the bucket of MEDIA_STORAGE.") in [
        *check_folders()
    ]
    assert service.objects == {}

    with s3_service() as ended:
        pass
    settings.STORAGES = {**settings.STORAGES, "default": parse_media_storage(ended.url)}
    found = [sentence for is_well, sentence in check_folders() if not is_well]
    assert "The bucket of MEDIA_STORAGE cannot be used (EndpointConnectionError)" in found[0]


@pytest.mark.parametrize(
    "value",
    [
        "s3://host/bucket",
        "s3://key:secret@host",
        "s3://key:secret@host/bucket/folder",
        "s3://key:secret@host/bucket?color=red",
        "s3://key:secret@host/bucket?https=maybe",
        "https://key:secret@host/bucket",
        "files",
    ],
)
def test_what_is_no_bucket_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"URL|https"):
        parse_media_storage(value)


def test_without_the_package_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(media_storage, "find_spec", lambda _name: None)

    with pytest.raises(ImproperlyConfigured, match="needs the package django-storages"):
        parse_media_storage("s3://key:secret@host/bucket")


def test_a_url_has_region_port_and_percent_signs() -> None:
    options = parse_media_storage("s3://k%2F1:s%40c@s3.example.com:9000/b?region=eu-1")["OPTIONS"]

    assert options == {
        "access_key": "k/1",
        "secret_key": "s@c",
        "endpoint_url": "https://s3.example.com:9000",
        "bucket_name": "b",
        "region_name": "eu-1",
    }
