"""The Atom feed and the sitemap."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from articles.actions.actor import Actor
from articles.actions.publishing.slugs import change_article_slug
from articles.models import Article, OldSlug
from booking.models import ClinicProfile
from clinic.lib.dates import clock
from tests.articles.article_scene import ArticleScene
from tests.factories import ArticleFactory, ContributorFactory, UserFactory
from tests.html import BASE_URL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def feed(client: Client) -> ElementTree.Element:
    response = client.get("/articles/feed/", headers={"host": "localhost"})
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def test_the_feed_is_atom_on_the_address_of_the_site(
    client: Client, article_scene: ArticleScene
) -> None:
    root = feed(client)
    [entry] = root.findall(f"{ATOM}entry")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}

    assert root.tag == f"{ATOM}feed"
    assert links == {
        "alternate": f"{BASE_URL}/articles/",
        "self": f"{BASE_URL}/articles/feed/",
    }
    assert entry.findtext(f"{ATOM}title") == "Resting & <legs>"
    assert entry.findtext(f"{ATOM}id") == Article.objects.get().feed_id
    assert root.findtext(f"{ATOM}id") == f"{BASE_URL}/articles/"
    assert entry.findtext(f"{ATOM}summary") == "Rest, in short."
    assert entry.findtext(f"{ATOM}updated") == "2026-11-21T18:00:00+00:00"
    assert entry.findtext(f"{ATOM}published") == "2026-10-24T18:00:00+00:00"
    assert root.findtext(f"{ATOM}updated") == "2026-11-21T18:00:00+00:00"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Test clinic"


def test_the_feed_leaves_out_characters_that_xml_cannot_hold(
    client: Client, article_scene: ArticleScene
) -> None:
    """Rows of an older release, or of an import, can have them."""
    Article.objects.update(title="Rest\x0bing\x00 & legs", excerpt="In \x1fshort.\tYes.")
    ClinicProfile.objects.update(name="Test\x02 clinic")

    [entry] = (root := feed(client)).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Resting & legs"
    assert entry.findtext(f"{ATOM}summary") == "In short.\tYes."
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Test clinic"


def test_identifiers_stay_when_the_site_or_an_article_moves(
    client: Client, article_scene: ArticleScene, settings: Settings
) -> None:
    def identifiers() -> list[str | None]:
        return [element.text for element in feed(client).iter(f"{ATOM}id")]

    before, article = identifiers(), Article.objects.get()
    settings.BASE_URL = "https://new.example"
    change_article_slug(article, "calm", by=Actor(UserFactory()))

    assert identifiers() == before
    assert len(before) == 2


def test_the_feed_names_an_author_where_there_is_one(
    client: Client, article_scene: ArticleScene
) -> None:
    Article.objects.update(author=ContributorFactory(name="Ana Real"))

    assert feed(client).findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "Ana Real"


def test_an_empty_feed_is_valid_even_without_a_clinic(client: Client) -> None:
    assert feed(client).findall(f"{ATOM}entry") == []


def test_the_feed_has_the_newest_first_and_no_drafts(
    client: Client, article_scene: ArticleScene
) -> None:
    ArticleFactory(title="Newest")
    ArticleFactory(title="Not yet", status="draft")
    titles = [entry.findtext(f"{ATOM}title") for entry in feed(client).findall(f"{ATOM}entry")]

    assert titles == ["Newest", "Resting & <legs>"]


def test_the_sitemap_has_the_dates_of_real_changes(
    client: Client, article_scene: ArticleScene, frozen_clock: datetime
) -> None:
    ArticleFactory(status="draft")
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in root}
    ours = {place: when for place, when in places.items() if "/articles/" in str(place)}

    assert ours == {
        f"{BASE_URL}/articles/rest/": f"{frozen_clock - timedelta(days=2):%Y-%m-%d}",
        f"{BASE_URL}/articles/topics/sleep/": None,
        f"{BASE_URL}/articles/": None,
        f"{BASE_URL}/articles/glossary/": None,
        f"{BASE_URL}/articles/evidence-policy/": None,
        f"{BASE_URL}/articles/comment-policy/": None,
    }
    for place in ours:
        assert client.get(str(place).removeprefix(BASE_URL)).status_code == 200


def test_a_renamed_article_is_found_at_both_addresses(
    client: Client, article_scene: ArticleScene
) -> None:
    editor = UserFactory()
    for slug in ("calm", "quiet", "rest", "silence"):
        change_article_slug(article_scene.article, slug, by=Actor(user=editor))

    article_scene.article.refresh_from_db()
    assert (article_scene.article.slug, article_scene.article.changed_by) == ("silence", editor)
    assert client.get("/articles/silence/").status_code == 200
    for old in ("rest", "calm", "quiet"):
        response = client.get(f"/articles/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/articles/silence/")
    assert set(OldSlug.objects.values_list("slug", flat=True)) == {"rest", "calm", "quiet"}


@pytest.mark.parametrize("slug", ["feed", "glossary", "taken", "not a slug", ""])
def test_an_unavailable_slug_is_refused_with_a_message(
    article_scene: ArticleScene, slug: str
) -> None:
    ArticleFactory(slug="taken")

    with pytest.raises(ValidationError):
        change_article_slug(article_scene.article, slug, by=Actor.system())
    assert Article.objects.filter(slug="rest").exists()
    assert not OldSlug.objects.exists()


def test_renaming_to_the_same_slug_creates_no_redirect(article_scene: ArticleScene) -> None:
    change_article_slug(article_scene.article, "rest", by=Actor.system())

    assert not OldSlug.objects.exists()


def test_an_old_slug_of_a_hidden_article_is_404(
    client: Client, article_scene: ArticleScene
) -> None:
    change_article_slug(article_scene.article, "calm", by=Actor.system())
    Article.objects.update(status="archived", changed_at=clock.now())

    assert client.get("/articles/rest/").status_code == 404
