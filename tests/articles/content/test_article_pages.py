"""The pages of the included articles in the demo."""

from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client

from articles.actions.actor import Actor
from articles.actions.writing.load_articles import load_articles
from articles.models import Article
from articles.text.content_files import read_articles
from tests.conftest import ModuleDatabase
from tests.html import assert_valid, attribute, structured_data, text_of
from tests.scene import make_weekday_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
GIVEN = "swedish-massage"
LARGEST = 30_000
"""The largest compressed page in bytes; a first visit loads about ten thousand more."""


@pytest.fixture(scope="module")
def pages(module_database: ModuleDatabase) -> dict[str, Element]:
    """Return the page of every article and of the glossary, parsed strictly."""
    with module_database():
        treatment = make_weekday_clinic().treatment
        treatment.slug = GIVEN
        treatment.save()
        load_articles(publish=True, by=Actor.system())
        slugs = Article.objects.values_list("slug", flat=True)
        paths = [*(f"/articles/{slug}/" for slug in slugs), "/articles/glossary/"]
        return {path: assert_valid(Client().get(path).content.decode()) for path in paths}


def test_every_link_has_a_target(client: Client, pages: dict[str, Element]) -> None:
    ids = {
        path: {element.get("id") for element in document.iter() if element.get("id")}
        for path, document in pages.items()
    }
    statuses = dict.fromkeys(pages, 200)
    broken = []
    for path, document in pages.items():
        for link in attribute(document, "a", "href"):
            parts = urlsplit(link)
            target = parts.path or path
            if parts.scheme or target.startswith("/book/"):
                continue
            if parts.fragment and parts.fragment not in ids.get(target, set()):
                broken.append(f"{path}: {link}")
            if target not in statuses:
                statuses[target] = client.get(target, follow=True).status_code
            if statuses[target] != 200:
                broken.append(f"{path}: {link}")

    assert broken == []


def test_every_source_is_numbered_mentioned_and_in_the_data(pages: dict[str, Element]) -> None:
    for text in read_articles():
        document = pages[f"/articles/{text.slug}/"]
        [page, _] = structured_data(document)
        said = text_of(document)

        assert [citation["name"] for citation in page["citation"]] == [
            source.citation for source in text.sources
        ]
        assert page["headline"] in said
        for number in range(1, len(text.sources) + 1):
            assert f"#ref-{number}-1" in attribute(document, "a", "href"), (text.slug, number)
        assert "{" not in said
        assert "[@" not in said


def test_booking_is_offered_only_where_the_file_says_so(pages: dict[str, Element]) -> None:
    offering = {
        text.slug for text in read_articles() if text.offers_booking and GIVEN in text.treatments
    }
    shown = {
        path.split("/")[2]
        for path, document in pages.items()
        if "Relaxation treatments" in text_of(document)
    }

    assert shown == offering
    assert 0 < len(offering) < len(pages)


def test_every_drawing_has_a_preview_image(pages: dict[str, Element]) -> None:
    for path, document in pages.items():
        [image] = attribute(document, "meta", "content", property="og:image")
        assert find(urlsplit(image).path.removeprefix("/static/")), path


def test_no_page_exceeds_the_size_limit(client: Client, pages: dict[str, Element]) -> None:
    sizes = {
        path: len(client.get(path, headers={"accept-encoding": "gzip"}).content) for path in pages
    }

    assert max(sizes.values()) <= LARGEST
