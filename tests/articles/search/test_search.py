"""The article search, with the same results on both databases."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from articles.actions.writing.search_index import index_article, rebuild_search_index
from articles.models import Article
from articles.queries.search.search import SearchResults, search_articles
from articles.workflow import ArticleStatus
from clinic.lib.dates import clock
from tests.conftest import ModuleDatabase
from tests.factories import ArticleFactory, FaqFactory, TopicFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture(autouse=True, scope="module")
def articles(module_database: ModuleDatabase) -> None:
    """Three articles to search, published before the frozen time."""
    with module_database():
        make_articles()


def make_articles() -> None:
    # The factory's own words are numbered, and some tests search for a number.
    short = {"description": "What this article says.", "excerpt": "In short, this article."}
    iron = ArticleFactory(
        **short,
        title="Iron and restless legs",
        slug="iron",
        body="<p>Ferritin is your iron store. Pregnancy uses much of it.</p>",
    )
    ArticleFactory(
        **short,
        title="Sleeping better",
        slug="sleep",
        body="<p>When legs will not rest, get up and walk. Iron &amp; 1 &lt; 2.</p>",
    )
    massage = ArticleFactory(
        **short, title="Types of massage", slug="massage", body="<p>Strokes.</p>"
    )
    FaqFactory(article=massage, question="Must I undress?", answer="No, never.")
    index_article(massage)
    TopicFactory().articles.add(iron)


def find(text: str) -> SearchResults:
    return search_articles(text, clock.now())


def slugs(text: str) -> list[str]:
    return [hit.article.slug for hit in find(text).hits]


@pytest.mark.parametrize(("text", "found"), [
    ("ferritin", ["iron"]),
    ("FERRITIN", ["iron"]),
    ("iron", ["iron", "sleep"]),
    ("leg", ["iron", "sleep"]),
    ("walking legs", ["sleep"]),
    ("undress", ["massage"]),
    ("never", ["massage"]),
    ("ferr", ["iron"]),
    ("iron and ferritin", ["iron"]),
])  # fmt: skip
def test_every_part_is_searched_and_title_matches_come_first(text: str, found: list[str]) -> None:
    assert slugs(text) == found
    assert not find(text).corrected_query


@pytest.mark.parametrize(("text", "corrected_query", "found"), [
    ("feritin", "ferritin", ["iron"]),
    ("pregancy", "pregnancy", ["iron"]),
    ("iorn", "iron", ["iron", "sleep"]),
    ("slepeing", "sleeping", ["sleep"]),
    ("massge strokes", "massage strokes", ["massage"]),
])  # fmt: skip
def test_typing_errors_are_corrected_and_reported(
    text: str, corrected_query: str, found: list[str]
) -> None:
    assert slugs(text) == found
    assert find(text).corrected_query == corrected_query


def test_results_may_match_some_of_the_words() -> None:
    found = find("ferritin strokes")

    assert {hit.article.slug for hit in found.hits} == {"iron", "massage"}
    assert (found.is_partial, found.corrected_query) == (True, "")


@pytest.mark.parametrize("text", [
    "", "   ", "xylophone", "-", '"', "'", "' OR 1=1 --", "NEAR(", "*", "title:", "a" * 5000,
    "AND", "NOT", "OR OR", "(((", "}{][", "\\", "%", "_", "\u202e\u0627\u0644\u0633\u0627\u0642",
    "ß", "🦵", "1", "x" * 200, "a:* & !b | (c)", "col^2", "+ -", "<script>",
])  # fmt: skip
def test_search_operators_are_treated_as_text(text: str) -> None:
    assert slugs(text) in ([], ["sleep"], ["iron", "sleep"])


def test_the_passage_is_escaped_except_for_the_marked_words() -> None:
    [hit] = find("walk").hits

    assert "get up and <mark>walk</mark>" in hit.excerpt
    assert "&amp; 1 &lt; 2" in hit.excerpt


@pytest.mark.parametrize(
    "status", [ArticleStatus.DRAFT, ArticleStatus.IN_REVIEW, ArticleStatus.ARCHIVED]
)
def test_unpublished_articles_are_not_found(status: str) -> None:
    Article.objects.filter(slug="iron").update(status=status)

    assert slugs("ferritin") == []
    assert find("feritin").corrected_query == ""


def test_a_scheduled_article_is_found_from_its_time_on() -> None:
    later = clock.now() + timedelta(hours=1)
    Article.objects.filter(slug="iron").update(status=ArticleStatus.SCHEDULED, published_at=later)

    assert slugs("ferritin") == []
    assert [hit.article.slug for hit in search_articles("ferritin", later).hits] == ["iron"]


def test_a_deleted_article_is_not_found() -> None:
    Article.objects.get(slug="iron").delete()

    assert slugs("ferritin") == []


def test_the_index_can_be_rebuilt_from_the_articles() -> None:
    Article.objects.filter(slug="iron").update(body="<p>Quinoa.</p>")
    assert slugs("quinoa") == []

    assert rebuild_search_index() == 3
    assert slugs("quinoa") == ["iron"]
    assert slugs("ferritin") == []


def test_the_query_count_does_not_depend_on_the_number_of_results(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(3):
        search_articles("iron", clock.now())
    for _ in range(5):
        ArticleFactory(title="Iron again", topics=[TopicFactory()])
    with django_assert_num_queries(3):
        assert len(search_articles("iron", clock.now()).hits) == 7


def test_many_unknown_words_cost_no_more_than_a_few() -> None:
    with CaptureQueriesContext(connection) as three:
        find("xqzvw xqzvu xqzvt")
    with CaptureQueriesContext(connection) as ten:
        find("xqzvw xqzvu xqzvt xqzvs xqzvr xqzvp xqzvo xqzvn xqzvm xqzvl")

    assert len(ten) <= len(three) + 5


def test_searches_that_need_corrections_are_limited_and_others_are_not(
    client: Client, settings: Settings
) -> None:
    cache.clear()
    settings.ABUSE_LIMITS = True
    answers = [client.get(f"/articles/?q=xq{number}").status_code for number in range(42)]

    assert (answers[39], answers[40]) == (200, 429)
    assert client.get("/articles/?q=iron").status_code == 200
    assert client.get("/articles/?q=xq", REMOTE_ADDR="198.51.100.7").status_code == 200
