"""Uploaded images in texts: stored markup, rendered page, and the list that editors choose from."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.presentation.rendering import render_article
from articles.text.marks import clean_html, clean_inline_html, find_image_ids
from booking.models import Role
from tests.factories import ArticleFactory, ImageFactory
from tests.people import browser_of, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
ID = "12345678-1234-1234-1234-123456789abc"
CHOICES = "/admin/articles/image/choices/"


def figure(image: Any, alt: str = "Two feet", caption: str = "On a stool") -> str:
    name = getattr(image, "public_id", image)
    return (
        f'<figure><img data-image="{name}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'
    )


class TestStoredMarkup:
    def test_only_key_and_texts_of_an_image_are_stored(self) -> None:
        sent = (
            f'<img src="https://spy.example/1.gif" onerror="alert(1)" style="x" alt="a &gt; b" '
            f'srcset="y 2x" data-image="{ID}" class="z">'
        )

        assert clean_html(sent) == f'<img data-image="{ID}" alt="a &gt; b">'
        assert clean_html(clean_html(sent)) == clean_html(sent)

    @pytest.mark.parametrize("image", [
        "<img>", '<img src="/x.png" alt="x">', '<img data-image="">', '<img data-image="1">',
        f'<img data-image="{ID.upper()}">', f'<img data-image="{ID}x" alt="x">',
        f'<img data-image=" {ID}" alt="x">', "<image href=x>",
    ])  # fmt: skip
    def test_an_unknown_image_is_dropped(self, image: str) -> None:
        assert clean_html(f"<p>Before {image} after</p>") == "<p>Before  after</p>"

    def test_inline_texts_contain_no_images(self) -> None:
        assert clean_inline_html(f'So <img data-image="{ID}" alt="x">.') == "So ."

    def test_tags_inside_attributes_are_ignored(self) -> None:
        """What comes after cleaning looks for tags by patterns, and must not find them there."""
        tricky = f'<a href="https://x.example/?<img data-image=&quot;{ID}&quot;>">x</a>'

        assert clean_html(tricky).count("<") == 2
        assert find_image_ids(clean_html(tricky)) == set()


class TestRenderedImages:
    def test_an_image_is_rendered_with_srcset_size_and_alternative_text(self) -> None:
        image = ImageFactory.create(digest="d" * 32, focal_x=12, focal_y=88)
        shown = render_article(ArticleFactory.create(body=figure(image))).body

        assert shown == (
            '<figure><img class="picture fx-10 fy-90" '
            f'src="/articles/images/{"d" * 32}/960.webp" '
            f'srcset="/articles/images/{"d" * 32}/480.webp 480w, '
            f'/articles/images/{"d" * 32}/960.webp 960w" '
            'sizes="(min-width: 44rem) 40rem, calc(100vw - 2.5rem)" width="960" height="640" '
            'alt="Two feet" loading="lazy" decoding="async">'
            "<figcaption>On a stool</figcaption></figure>"
        )

    def test_the_default_alternative_text_is_that_of_the_image(self) -> None:
        image = ImageFactory.create(alt='Feet & "knees"')
        shown = render_article(ArticleFactory.create(body=figure(image, alt=""))).body

        assert 'alt="Feet &amp; &quot;knees&quot;"' in shown

    def test_alternative_texts_are_escaped_once(self) -> None:
        shown = render_article(
            ArticleFactory.create(body=figure(ImageFactory.create(), alt="a &lt; b"))
        )

        assert 'alt="a &lt; b"' in shown.body

    def test_the_caption_of_a_deleted_image_remains(self) -> None:
        gone = render_article(ArticleFactory.create(body=figure(ID))).body
        bare = f'<p>Words</p><figure><img data-image="{ID}" alt="x"></figure>'

        assert gone == "<figure><figcaption>On a stool</figcaption></figure>"
        assert render_article(ArticleFactory.create(body=bare)).body == "<p>Words</p>"

    @pytest.mark.parametrize(("images", "queries"), [(0, 0), (1, 1), (5, 1)])
    def test_all_images_are_loaded_with_one_query(self, images: int, queries: int) -> None:
        body = "<p>x</p>" + "".join(figure(ImageFactory.create()) for _ in range(images))
        article = ArticleFactory.create(body=body)
        list(article.sources.all()), list(article.faqs.all())
        with CaptureQueriesContext(connection) as found:
            render_article(article)

        assert len(found) == 2 + queries  # its sources and questions


class TestFiles:
    def test_an_image_file_is_cached_forever_and_served_as_an_image_only(
        self, client: Client
    ) -> None:
        image = ImageFactory.create(widths=[480])
        default_storage.save(image.file_path(480), ContentFile(b"RIFF"))
        address = f"/articles/images/{image.digest}/480.webp"
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})

        assert b"".join(answer) == b"RIFF"
        assert answer["Content-Length"] == "4"
        assert answer["Content-Type"] == "image/webp"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert not answer.cookies

    @pytest.mark.parametrize("end", ["481.webp", "960.webp", "480.png", "../480.webp"])
    def test_a_missing_file_is_404(self, client: Client, end: str) -> None:
        image = ImageFactory.create()

        assert client.get(f"/articles/images/{image.digest}/{end}").status_code == 404
        assert client.get("/articles/images/none/480.webp").status_code == 404


class TestChoices:
    @pytest.fixture
    def editor(self) -> Client:
        return browser_of(member(Role.EDITOR))

    def test_an_editor_gets_the_list_of_images(self, editor: Client) -> None:
        image = ImageFactory.create(alt="Two feet", caption="On a stool")

        assert editor.get(CHOICES).json() == {
            "images": [
                {
                    "id": str(image.public_id),
                    "alt": "Two feet",
                    "caption": "On a stool",
                    "src": f"/articles/images/{image.digest}/480.webp",
                    "width": 960,
                    "height": 640,
                    "focus": "fx-50 fy-50",
                }
            ],
            "page": 1,
            "pages": 1,
            "count": 1,
        }

    def test_the_search_needs_all_words_to_match(self, editor: Client) -> None:
        ImageFactory.create(alt="Two feet", caption="At night")
        ImageFactory.create(alt="Two hands")

        found = editor.get(CHOICES, {"q": "night TWO"}).json()["images"]
        assert [image["alt"] for image in found] == ["Two feet"]
        assert editor.get(CHOICES, {"q": "x\0" * 100_000}).json()["count"] == 0

    def test_the_list_is_paginated_with_a_fixed_query_count(self, editor: Client) -> None:
        ImageFactory.create_batch(3)
        with CaptureQueriesContext(connection) as queries:
            editor.get(CHOICES)
        few = len(queries)
        ImageFactory.create_batch(27)
        with CaptureQueriesContext(connection) as queries:
            first = editor.get(CHOICES).json()
        many = len(queries)
        second = editor.get(CHOICES, {"page": 2}).json()

        assert few == many
        assert (len(first["images"]), len(second["images"]), first["pages"]) == (24, 6, 2)

    @pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1\0"])
    def test_a_page_number_out_of_range_is_404(self, editor: Client, page: str) -> None:
        assert editor.get(CHOICES, {"page": page}).status_code == 404

    def test_only_editors_get_the_list(self) -> None:
        assert Client().get(CHOICES).status_code in (302, 401)
        assert browser_of(member(Role.THERAPIST)).get(CHOICES).status_code == 302
