"""Images in the back office: upload, description, uses, deletion."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.actions.actor import Actor
from articles.actions.images import ImageDescription, add_image, delete_image
from articles.models import Image
from booking.models import Role, User
from tests.articles.images.image_files import SVG_WITH_SCRIPT, make_image, make_png_with_false_size
from tests.articles.images.test_images import figure
from tests.factories import ArticleFactory, ImageFactory, PageFactory
from tests.html import parse, text_of
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
IMAGES = "/admin/articles/image/"
ADD = f"{IMAGES}add/"
WORDS = {"alt": "Two feet", "caption": "On a stool"}


def sent(content: bytes, name: str = "feet.jpg", **words: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content, "image/jpeg"), **WORDS, **words}


def words_of(response: Any) -> str:
    return text_of(parse(response.content.decode()))


def kept_files() -> list[str]:
    folders, _files = default_storage.listdir("images") if default_storage.exists("images") else (
        [], [],
    )  # fmt: skip
    return [name for folder in folders for name in default_storage.listdir(f"images/{folder}")[1]]


def added() -> Image:
    content = make_image()
    words = ImageDescription("Two feet", "")
    return add_image(BytesIO(content), len(content), words, by=Actor.system())


class TestAdding:
    def test_an_uploaded_image_is_stored_and_its_focal_point_is_asked_for(
        self, browser: Client, editor_user: User, client: Client
    ) -> None:
        response = browser.post(ADD, sent(make_image(size=(1000, 500))))
        image = Image.objects.get()

        assert response["Location"] == f"{IMAGES}{image.pk}/change/"
        assert (image.alt, image.caption, image.added_by) == ("Two feet", "On a stool", editor_user)
        assert (image.width, image.height, image.widths) == (1000, 500, [480, 960, 1000])
        for width in image.widths:
            answer = client.get(f"/articles/images/{image.digest}/{width}.webp")
            assert b"".join(answer)[8:12] == b"WEBP"

    @pytest.mark.parametrize("name", [
        "../../etc/passwd", "..\\..\\x.jpg", "feet.svg", "feet.php.jpg", "x" * 300 + ".jpg",
        "<script>.jpg", "feet", "a\0b.jpg", "/tmp/x.png",
    ])  # fmt: skip
    def test_the_stored_file_name_does_not_depend_on_the_uploaded_name(
        self, browser: Client, name: str
    ) -> None:
        before = len(kept_files())
        assert browser.post(ADD, sent(make_image(), name)).status_code == 302
        image = Image.objects.get()

        assert sorted(kept_files()[before:]) == ["480.webp", "640.webp"]
        assert image.file_path(480) == f"images/{image.public_id.hex}/480.webp"
        default_storage.delete(image.folder)

    @pytest.mark.parametrize(("content", "sentence"), [
        (SVG_WITH_SCRIPT, "cannot be read as a picture"),
        (b"<script>alert(1)</script>", "cannot be read as a picture"),
        (make_image()[:3000], "cannot be read as a picture"),
        (make_png_with_false_size(50_000, 50_000), "too many pixels"),
        (b"", "This file is empty."),
    ])  # fmt: skip
    def test_a_file_that_is_no_image_is_refused_and_the_description_is_kept(
        self, browser: Client, content: bytes, sentence: str
    ) -> None:
        answer = browser.post(ADD, sent(content))

        assert answer.status_code == 422
        assert sentence in words_of(answer)
        assert 'value="Two feet"' in answer.content.decode()
        assert not Image.objects.exists()

    @pytest.mark.parametrize("megabytes", [10, 50])
    def test_a_file_that_is_too_large_is_refused_and_the_description_is_kept(
        self, browser: Client, megabytes: int
    ) -> None:
        answer = browser.post(ADD, sent(b"x" * (megabytes * 1024 * 1024 + 1)))

        assert answer.status_code == 413
        assert "Please choose one of up to 10 MB." in words_of(answer)
        assert 'value="On a stool"' in answer.content.decode()

    def test_a_missing_description_or_file_is_named(self, browser: Client) -> None:
        assert "Please choose a picture." in words_of(browser.post(ADD, WORDS))
        missing = browser.post(ADD, sent(make_image(), alt=" "))
        assert "Please say what the picture shows." in words_of(missing)
        assert "choose the picture once more" in words_of(missing)
        long = browser.post(ADD, sent(make_image(), alt="x" * 100_000, caption="a\0\nb"))
        assert "at most 200 characters" in words_of(long)
        assert "in one line" in words_of(long)

    def test_a_duplicate_image_is_reported(self, browser: Client) -> None:
        browser.post(ADD, sent(make_image()))
        answer = browser.post(ADD, sent(make_image(), "other.png", alt="Other words"))

        assert "This picture is here already: Two feet" in words_of(answer)
        assert Image.objects.count() == 1

    def test_the_upload_needs_a_csrf_token(self, editor_user: User) -> None:
        browser = browser_of(editor_user)
        browser.handler.enforce_csrf_checks = True

        assert browser.post(ADD, sent(make_image())).status_code == 403
        assert not Image.objects.exists()


def test_other_pages_ignore_uploaded_files(browser: Client) -> None:
    """The form around it does: its words are read, its file is not."""
    file = SimpleUploadedFile("x.bin", b"x" * 3_000_000)
    response = browser.post("/articles/none/comment/", {"text": "Words", "file": file})

    assert response.wsgi_request.POST["text"] == "Words"
    assert not response.wsgi_request.FILES


class TestDescribing:
    def test_description_and_focal_point_can_be_changed(self, browser: Client) -> None:
        image = ImageFactory()
        article = ArticleFactory(body=figure(image))
        address = f"{IMAGES}{image.pk}/change/"
        assert article.title in words_of(browser.get(address))
        response = browser.post(address, {**WORDS, "focal_x": "0", "focal_y": "100"})
        image.refresh_from_db()
        article.refresh_from_db()

        assert response["Location"] == IMAGES
        assert (image.alt, image.focal_x, image.focal_y) == ("Two feet", 0, 100)
        assert article.page_changed_at is not None

    @pytest.mark.parametrize("point", ["101", "-1", "x", "", "1e9", "50.5", "9" * 5000, "5\0x"])
    def test_a_focal_point_outside_the_image_is_refused(self, browser: Client, point: str) -> None:
        image = ImageFactory()
        address = f"{IMAGES}{image.pk}/change/"
        answer = browser.post(address, {**WORDS, "focal_x": point, "focal_y": "50"})

        assert answer.status_code == 422
        assert "Please give a number from 0 to 100." in words_of(answer)
        assert 'value="Two feet"' in answer.content.decode()


class TestUses:
    def test_the_list_shows_the_number_of_uses_with_a_fixed_query_count(
        self, browser: Client
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert browser.get(IMAGES).status_code == 200
            return len(found)

        first = ImageFactory(alt="Two feet")
        ArticleFactory(body=figure(first) * 2, status="draft")
        queries()  # the session notes that somebody is there
        few = queries()
        for image in ImageFactory.create_batch(7, added_by=member(Role.EDITOR)):
            ArticleFactory(body=figure(first) + figure(image))
        page = browser.get(IMAGES).content.decode()

        assert queries() == few
        assert '<td class="field-uses">8</td>' in page
        assert page.count('<td class="field-uses">1</td>') == 7

    @pytest.mark.parametrize("query", ["p=-1", "p=x", "q=%00", "o=9.9", "foo=1", "q=" + "x" * 5000])
    def test_a_strange_question_is_no_fault(self, browser: Client, query: str) -> None:
        ImageFactory()

        assert browser.get(f"{IMAGES}?{query}", follow=True).status_code < 500

    def test_a_used_image_cannot_be_deleted_and_its_articles_are_named(
        self, browser: Client
    ) -> None:
        image = ImageFactory()
        ArticleFactory(title="On resting", body=figure(image), status="draft")
        PageFactory(title="How we work", body=figure(image))
        address = f"{IMAGES}{image.pk}/delete/"
        for answer, status in ((browser.get(address), 200), (browser.post(address), 409)):
            assert answer.status_code == status
            assert "On resting" in words_of(answer)
            assert "How we work" in words_of(answer)

        assert Image.objects.exists()

    def test_an_unused_image_is_deleted_with_its_files(
        self, browser: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        image = added()
        name = image.file_path(480)
        assert default_storage.exists(name)
        assert "cannot be brought back" in words_of(browser.get(f"{IMAGES}{image.pk}/delete/"))
        with django_capture_on_commit_callbacks(execute=True):
            assert browser.post(f"{IMAGES}{image.pk}/delete/")["Location"] == IMAGES

        assert not Image.objects.exists()
        assert not default_storage.exists(name)
        assert browser.post(f"{IMAGES}{image.pk}/delete/").status_code == 404

    def test_files_are_kept_until_the_deletion_is_committed(self) -> None:
        image = added()
        delete_image(image, by=Actor.system())

        assert default_storage.exists(image.file_path(480))


def test_a_failed_upload_leaves_no_row_and_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save, before = default_storage.save, kept_files()

    def full(name: str, content: Any) -> str:
        if name.endswith("640.webp"):
            raise OSError("No space left on device")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="No space"):
        added()

    assert not Image.objects.exists()
    assert kept_files() == before
