"""The list of articles, topics, search, glossary and policies."""

import re
from xml.etree.ElementTree import Element

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.models import Article
from tests.articles.article_scene import ArticleScene
from tests.factories import ArticleFactory, GlossaryTermFactory, TopicFactory
from tests.html import BASE_URL, assert_valid, attribute, text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

PAGES = (
    "/articles/", "/articles/topics/sleep/", "/articles/?q=rest", "/articles/glossary/",
    "/articles/evidence-policy/", "/articles/comment-policy/",
)  # fmt: skip
HOSTILE = (
    "a" * 10_000, "\0", "%00", '"', "'; DROP TABLE articles_article; --", "NEAR(a b)", "* - OR",
    "\u202e\u062d\u0633\u0627\u0642", "<script>alert(1)</script>", "\U0001f600", " ", "%",
    "\n\r\t", "title:x^2",
)  # fmt: skip


def page(client: Client, path: str, status: int = 200, **query: str) -> Element:
    response = client.get(path, query or None)
    assert response.status_code == status, path
    return assert_valid(response.content.decode())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("article_scene")
def test_a_page_is_valid_and_has_a_title_of_its_own(client: Client, path: str) -> None:
    document = page(client, path)

    assert document.findtext("head/title", "").endswith(" · Test clinic")
    assert attribute(document, "link", "href", rel="alternate") == ["/articles/feed/"]


@pytest.mark.parametrize("path", ["/articles/", "/articles/?q=x", "/articles/glossary/"])
def test_a_site_without_articles_says_so(client: Client, path: str) -> None:
    assert "error" not in text_of(page(client, path)).lower()


def test_missing_policies_are_not_linked(client: Client) -> None:
    page(client, "/articles/evidence-policy/", 404)


def test_the_list_shows_date_topics_and_excerpt(
    client: Client, article_scene: ArticleScene
) -> None:
    text = text_of(page(client, "/articles/"))

    assert "Resting & <legs> Rest, in short. 21 November 2026 Sleep" in text
    assert "Articles" in text


def test_a_topic_lists_only_its_own_articles(client: Client, article_scene: ArticleScene) -> None:
    ArticleFactory(title="Another matter", topics=[TopicFactory(slug="iron", name="Iron")])
    text = text_of(page(client, "/articles/topics/sleep/"))

    assert "Resting" in text
    assert "Another matter" not in text


def test_a_topic_without_articles_is_404(client: Client, article_scene: ArticleScene) -> None:
    TopicFactory(slug="empty", name="Empty")

    assert "Empty" not in text_of(page(client, "/articles/"))
    page(client, "/articles/topics/empty/", 404)


def test_a_long_list_is_paginated(client: Client, article_scene: ArticleScene) -> None:
    for _ in range(24):
        ArticleFactory()
    first, second = page(client, "/articles/"), page(client, "/articles/", page="2")

    assert "Page 1 of 2" in text_of(first)
    assert attribute(first, "a", "href", rel="next") == ["?page=2"]
    assert attribute(second, "a", "href", rel="prev") == ["?page=1"]
    assert "Resting" in text_of(second)


@pytest.mark.parametrize("number", ["0", "-1", "1000000000", "2", "x", "", "1e9", "\0", "\uff19"])
def test_a_page_number_out_of_range_offers_the_list(
    client: Client, article_scene: ArticleScene, number: str
) -> None:
    document = page(client, "/articles/", 404, page=number)

    assert article_scene.path in attribute(document, "a", "href")


@pytest.mark.parametrize("slug", ["sleeping", "x", "a" * 5000, "topics"])
def test_an_unknown_topic_offers_the_list(
    client: Client, article_scene: ArticleScene, slug: str
) -> None:
    text = text_of(page(client, f"/articles/topics/{slug}/", 404))

    assert "There is nothing at this address" in text
    assert "Sleep" in text


def test_a_search_result_shows_the_passage_with_the_word_marked(
    client: Client, article_scene: ArticleScene
) -> None:
    document = page(client, "/articles/", q="lie DOWN mind")

    assert [mark.text for mark in document.iter("mark")] == ["Mind"]
    assert "1 article found." in text_of(document)
    assert attribute(document, "input", "value", name="q") == ["lie DOWN mind"]
    assert attribute(document, "meta", "content", name="robots") == ["noindex"]


def test_a_typing_error_is_corrected_and_reported(
    client: Client, article_scene: ArticleScene
) -> None:
    assert "We looked for mind, since no article" in text_of(page(client, "/articles/", q="mnid"))


def test_a_search_without_results_offers_topics(
    client: Client, article_scene: ArticleScene
) -> None:
    text = text_of(page(client, "/articles/", q="xylophone"))

    assert "No article has these words" in text
    assert "Sleep" in text


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_search_text_causes_a_server_error(
    client: Client, article_scene: ArticleScene, typed: str
) -> None:
    document = page(client, "/articles/", 422 if len(typed) > 200 else 200, q=typed)
    [kept] = attribute(document, "input", "value", name="q")

    assert kept == " ".join(re.sub(r"[\0-\x1f\u202e]", " ", typed).split())


def test_a_search_that_is_too_long_is_refused_beside_the_field(
    client: Client, article_scene: ArticleScene
) -> None:
    document = page(client, "/articles/", 422, q="legs " * 50)

    assert "Please search for a few words." in text_of(document)
    assert attribute(document, "input", "aria-describedby", name="q") == ["q_error"]


def test_the_glossary_gives_each_word_an_address_and_its_sources(
    client: Client, article_scene: ArticleScene
) -> None:
    GlossaryTermFactory(slug="b", term="bath", meaning="Water.", sources=["first", "lost"])
    GlossaryTermFactory(slug="a", term="Anemia", meaning="Too little <strong>iron</strong>.")
    document = page(client, "/articles/glossary/")

    assert [element.text for element in document.iter("dt")] == ["Anemia", "bath"]
    assert {"a", "b"} <= {element.get("id") for element in document.iter("div")}
    assert attribute(document, "a", "href", rel="external") == ["https://doi.org/10.1000/1"]


@pytest.mark.parametrize(("path", "queries"), [
    ("/articles/", 7), ("/articles/topics/sleep/", 5), ("/articles/?q=rest", 6),
    ("/articles/?q=mnid", 12), ("/articles/glossary/", 4), ("/articles/evidence-policy/", 3),
    ("/articles/feed/", 4), ("/articles/rests/", 8),
])  # fmt: skip
def test_the_query_count_of_each_list_is_fixed(
    client: Client,
    article_scene: ArticleScene,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
) -> None:
    GlossaryTermFactory(sources=["first"])
    with django_assert_num_queries(queries):
        client.get(path)
    for _ in range(5):
        ArticleFactory(topics=[*article_scene.article.topics.all(), TopicFactory()], title="Rest")
        GlossaryTermFactory(sources=["first"])
    with django_assert_num_queries(queries):
        client.get(path)


def test_home_and_treatment_pages_link_to_articles(
    client: Client, article_scene: ArticleScene
) -> None:
    for path in ("/", "/treatments/swedish/"):
        assert article_scene.path in attribute(page(client, path), "a", "href"), path
    Article.objects.update(status="draft")
    for path in ("/", "/treatments/swedish/"):
        assert article_scene.path not in attribute(page(client, path), "a", "href"), path


def test_a_treatment_lists_only_its_own_articles(
    client: Client, article_scene: ArticleScene
) -> None:
    Article.objects.get().treatments.clear()

    assert article_scene.path not in attribute(page(client, "/treatments/swedish/"), "a", "href")


@pytest.mark.parametrize("path", ["/", "/articles/", "/treatments/"])
def test_articles_are_in_the_main_navigation(
    client: Client, article_scene: ArticleScene, path: str
) -> None:
    assert "/articles/" in attribute(page(client, path), "a", "href")


def test_every_page_has_a_canonical_url(client: Client, article_scene: ArticleScene) -> None:
    for path in (*PAGES, article_scene.path):
        found = attribute(page(client, path), "link", "href", rel="canonical")
        assert found == ([] if "?" in path else [BASE_URL + path])
