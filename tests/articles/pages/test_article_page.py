"""The page of an article."""

from datetime import date, timedelta
from xml.etree.ElementTree import Element

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from articles.models import Article
from articles.workflow import ArticleStatus
from clinic.lib.dates import clock
from tests.articles.article_scene import ArticleScene, make_approved_comment, make_related_article
from tests.factories import ContributorFactory, FaqFactory, OldSlugFactory, SourceFactory
from tests.html import BASE_URL, assert_valid, attribute, structured_data, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def read(client: Client, path: str) -> Element:
    response = client.get(path)
    assert response.status_code == 200
    return assert_valid(response.content.decode())


def test_the_page_contains_every_part_of_the_article(
    client: Client, article_scene: ArticleScene
) -> None:
    make_approved_comment(article_scene.article, "First line.\n\nSecond line.")
    other = make_related_article(article_scene.article)
    document = read(client, article_scene.path)
    text = text_of(document)

    for said in (
        "Resting & <legs>", "Rest, in short.", "Lie down.", "On this page", "Is it real?",
        "Weak evidence", "Mind this.", "Get medical help", "Call a doctor if it is red.",
        "Questions people ask", "Why?", "Because.", "Sources", "doi:10.1000/1",
        "https://www.example.org/page", "This clinic sells massage.", "Test clinic",
        "24 October 2026", "21 November 2026", "Not yet reviewed by a clinician", "1 comment",
        "First line.", "Second line.", "Was this page helpful?", "Read next", other.title,
        "The moon at night.", "Sleep", "general information about restless legs syndrome",
    ):  # fmt: skip
        assert said in text, said
    assert "Sample" not in text
    pictures = [
        element.get("aria-label") for element in document.iter() if element.get("role") == "img"
    ]
    assert pictures == ["Drawing: the moon."]


def test_sources_are_linked_both_ways(client: Client, article_scene: ArticleScene) -> None:
    document = read(client, article_scene.path)
    ids = {element.get("id") for element in document.iter() if element.get("id")}
    jumps = [address for address in attribute(document, "a", "href") if address.startswith("#")]

    assert {jump[1:] for jump in jumps} <= ids
    for jump in ("#source-1", "#source-2", "#ref-1-1", "#ref-2-1", "#ref-2-2", "#faq-why"):
        assert jump in jumps
    assert "https://doi.org/10.1000/1" in attribute(document, "a", "href", rel="external")


def test_a_label_is_explained_on_the_page(client: Client, article_scene: ArticleScene) -> None:
    document = read(client, article_scene.path)
    [target] = attribute(document, "button", "popovertarget", **{"class": "ask"})
    [explained] = [element for element in document.iter("div") if element.get("id") == target]

    assert explained.get("popover") is not None
    assert "We cannot be sure" in "".join(explained.itertext())


def test_the_booking_block_is_neutral_and_lists_free_slots(
    client: Client, article_scene: ArticleScene
) -> None:
    document = read(client, article_scene.path)
    text = text_of(document)
    option = article_scene.clinic.option
    times = attribute(document, "button", "value", **{"class": "slot"})
    targets = attribute(document, "form", "action", method="post")

    assert "Relaxation treatments at our clinic" in text
    assert "60 minutes, $85.00" in text
    assert len(times) == 3
    assert times[0].startswith("2026-11-23T")
    assert "/book/swedish/take/" in targets
    held = client.post(
        "/book/swedish/take/",
        {"option": option.pk, "start": times[0]},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert held["Location"].startswith("/book/hold/")


def test_articles_without_booking_have_no_booking_block(
    client: Client, article_scene: ArticleScene
) -> None:
    Article.objects.update(offers_booking=False)
    document = read(client, article_scene.path)

    assert "Relaxation treatments" not in text_of(document)
    assert not [
        address
        for address in attribute(document, "a", "href")
        if address.startswith("/book/swedish")
    ]


def test_an_article_can_be_read_before_the_clinic_is_set_up(
    client: Client, article_scene: ArticleScene
) -> None:
    article_scene.clinic.clinic.delete()
    document = read(client, article_scene.path)

    assert "Relaxation treatments" not in text_of(document)


def test_structured_data_matches_the_visible_text(
    client: Client, article_scene: ArticleScene
) -> None:
    make_approved_comment(article_scene.article)
    document = read(client, article_scene.path)
    text = text_of(document)
    page, crumbs = structured_data(document)

    assert page["@type"] == "MedicalWebPage"
    assert page["headline"] in text
    assert page["about"] == {"@type": "MedicalCondition", "name": "restless legs syndrome"}
    assert page["about"]["name"] in text
    assert [citation["name"] in text for citation in page["citation"]] == [True, True]
    assert page["citation"][0]["identifier"] in text
    assert {page["datePublished"], page["dateModified"]} <= set(
        attribute(document, "time", "datetime")
    )
    assert (page["datePublished"], page["dateModified"]) == ("2026-10-24", "2026-11-21")
    assert page["author"] == page["publisher"]
    assert page["author"]["name"] in text
    assert page["commentCount"] == 1
    assert page["keywords"] == ["Sleep"]
    [description] = attribute(document, "meta", "content", name="description")
    assert page["description"] == description
    [image] = attribute(document, "meta", "content", property="og:image")
    assert page["image"] == image == f"{BASE_URL}/static/clinic/img/share-moon.png"
    [canonical] = attribute(document, "link", "href", rel="canonical")
    assert page["url"] == canonical == BASE_URL + article_scene.path
    above, here = crumbs["itemListElement"]
    assert (above["name"], above["item"]) == ("Articles", f"{BASE_URL}/articles/")
    assert (here["name"], here["item"]) == ("Resting & <legs>", BASE_URL + article_scene.path)


def test_no_review_is_shown_before_there_was_one(
    client: Client, article_scene: ArticleScene
) -> None:
    document = read(client, article_scene.path)
    [page, _] = structured_data(document)

    assert "reviewedBy" not in page
    assert "lastReviewed" not in page
    assert "possibleTreatment" not in str(page)


def test_a_review_is_shown_with_reviewer_and_date(
    client: Client, article_scene: ArticleScene
) -> None:
    nurse = ContributorFactory(name="Ana Real")
    Article.objects.update(reviewed_by=nurse, reviewed_on=date(2026, 11, 2), author=nurse)
    document = read(client, article_scene.path)
    text, page = text_of(document), structured_data(document)[0]

    assert (
        page["reviewedBy"]
        == page["author"]
        == {
            "@type": "Person",
            "name": "Ana Real",
            "jobTitle": nurse.credentials,
            "description": nurse.bio,
        }
    )
    assert page["lastReviewed"] == "2026-11-02"
    for said in ("Reviewed by Ana Real", nurse.credentials, nurse.bio, "2 November 2026"):
        assert said in text
    assert "Not yet reviewed" not in text


def test_the_demo_says_that_it_is_a_sample(
    client: Client, article_scene: ArticleScene, settings: Settings
) -> None:
    settings.DEMO = True

    assert "Sample, not medical advice" in text_of(read(client, article_scene.path))


@pytest.mark.parametrize(
    "status", [ArticleStatus.DRAFT, ArticleStatus.IN_REVIEW, ArticleStatus.ARCHIVED]
)
def test_unpublished_articles_are_404(
    client: Client, article_scene: ArticleScene, status: str
) -> None:
    Article.objects.update(status=status)

    for path in (
        article_scene.path,
        f"{article_scene.path}comment/",
        f"{article_scene.path}helpful/",
    ):
        assert client.get(path).status_code == 404


def test_a_scheduled_article_appears_at_its_time_without_a_job(
    client: Client, article_scene: ArticleScene, settings: Settings
) -> None:
    later = clock.now() + timedelta(minutes=1)
    Article.objects.update(status=ArticleStatus.SCHEDULED, published_at=later)
    assert client.get(article_scene.path).status_code == 404
    settings.CLINIC_CLOCK = later

    assert client.get(article_scene.path).status_code == 200


def test_an_old_slug_redirects_to_the_new_one(client: Client, article_scene: ArticleScene) -> None:
    OldSlugFactory(slug="resting", article=article_scene.article)
    response = client.get("/articles/resting/")

    assert (response.status_code, response["Location"]) == (301, article_scene.path)


def test_an_unknown_slug_offers_similar_articles(
    client: Client, article_scene: ArticleScene
) -> None:
    response = client.get("/articles/rests/")

    assert response.status_code == 404
    document = assert_valid(response.content.decode())
    assert article_scene.path in attribute(document, "a", "href")
    assert "Perhaps you were looking for" in text_of(document)


def test_the_query_count_does_not_depend_on_the_size_of_the_article(
    client: Client, article_scene: ArticleScene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_related_article(article_scene.article)
    make_approved_comment(article_scene.article)
    with django_assert_num_queries(19):
        client.get(article_scene.path)
    for _ in range(4):
        make_related_article(article_scene.article)
        make_approved_comment(article_scene.article)
        FaqFactory(article=article_scene.article)
        SourceFactory(article=article_scene.article)
    with django_assert_num_queries(19):
        client.get(article_scene.path)
