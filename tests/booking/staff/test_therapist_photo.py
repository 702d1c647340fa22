"""Photos of therapists: drawn again, shown on public pages, replaced and removed by the owner."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from booking.models import Role, Therapist
from tests.articles.images.image_files import make_image
from tests.factories import ClinicProfileFactory, TherapistFactory
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def maya() -> Therapist:
    ClinicProfileFactory()
    return TherapistFactory.create(
        name="Maya Lindqvist", slug="maya", credentials="LMT", licence_number="IL-227.123"
    )


@pytest.fixture
def owner() -> Client:
    return browser_of(member(Role.OWNER))


def page_of(therapist: Therapist) -> str:
    return f"/admin/booking/therapist/{therapist.pk}/photo/"


def upload(client: Client, therapist: Therapist, content: bytes) -> int:
    file = SimpleUploadedFile("maya.jpg", content, content_type="image/jpeg")
    return client.post(page_of(therapist), {"file": file}).status_code


def test_a_photo_is_drawn_again_and_shown_on_public_pages(
    owner: Client, maya: Therapist, client: Client
) -> None:
    before = client.get("/therapists/maya/").content.decode()
    assert upload(owner, maya, make_image(size=(900, 1080))) == 302
    maya.refresh_from_db()
    address = f"/therapists/photos/{maya.pk}/{maya.photo_digest}/480.webp"
    served = client.get(address)

    assert ">ML</span>" in before
    assert maya.photo_widths == [200, 480]
    assert f'src="{address}"' in client.get("/therapists/maya/").content.decode()
    assert f"{maya.photo_digest}/200.webp" in client.get("/therapists/").content.decode()
    assert served["Content-Type"] == "image/webp"
    assert "immutable" in served["Cache-Control"]
    assert Image.open(BytesIO(b"".join(served))).size == (480, 576)


def test_the_upload_needs_a_csrf_token_and_works_with_it(owner: Client, maya: Therapist) -> None:
    owner.handler.enforce_csrf_checks = True
    photo = make_image(size=(900, 1080))
    assert upload(owner, maya, photo) == 403
    owner.get(page_of(maya))
    file = SimpleUploadedFile("maya.jpg", photo, content_type="image/jpeg")
    token = owner.cookies["csrf"].value
    data = {"file": file, "csrfmiddlewaretoken": token}

    assert owner.post(page_of(maya), data).status_code == 302


def test_credentials_and_licence_number_are_shown(maya: Therapist, client: Client) -> None:
    page = client.get("/therapists/maya/").content.decode()

    assert "LMT" in page
    assert "License number IL-227.123" in page


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"x" * 1000])
def test_what_is_not_a_picture_is_refused(owner: Client, maya: Therapist, content: bytes) -> None:
    assert upload(owner, maya, content) == 422
    maya.refresh_from_db()

    assert maya.photo_digest == ""


def test_a_new_photo_replaces_the_old_file_and_removing_deletes_it(
    owner: Client,
    maya: Therapist,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    upload(owner, maya, make_image())
    maya.refresh_from_db()
    first = maya.photo_path(maya.photo_widths[0])
    with django_capture_on_commit_callbacks(execute=True):
        upload(owner, maya, make_image(size=(700, 800)))
    maya.refresh_from_db()
    second = maya.photo_path(maya.photo_widths[0])

    assert first != second
    assert not default_storage.exists(first)
    assert default_storage.exists(second)
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(page_of(maya), {"remove": "1"})
    maya.refresh_from_db()
    assert maya.photo_digest == ""
    assert not default_storage.exists(second)


def test_an_old_address_and_that_of_somebody_who_left_are_gone(
    owner: Client, maya: Therapist, client: Client
) -> None:
    upload(owner, maya, make_image())
    maya.refresh_from_db()
    address = f"/therapists/photos/{maya.pk}/{maya.photo_digest}/{maya.photo_widths[0]}.webp"
    assert client.get(address).status_code == 200
    assert client.get(address.replace(maya.photo_digest, "0" * 32)).status_code == 404
    Therapist.objects.update(is_active=False)

    assert client.get(address).status_code == 404
