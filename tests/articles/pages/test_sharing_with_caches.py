"""Pages in shared caches do not depend on the user, session or cookies."""

import gzip
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from articles.models import Article
from clinic.lib.http.anonymous_cache import anonymous_request, cache_anonymously
from clinic.middleware import PrivateCookieResponsesMiddleware
from tests.articles.article_scene import (
    ArticleScene,
    make_approved_comment,
    make_article_scene,
    make_related_article,
)
from tests.factories import GlossaryTermFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

SHARED = (
    "/articles/", "/articles/rest/", "/articles/topics/sleep/", "/articles/?q=rest",
    "/articles/feed/", "/articles/glossary/", "/articles/evidence-policy/",
)  # fmt: skip


@pytest.fixture
def article_scene() -> ArticleScene:
    GlossaryTermFactory()
    return make_article_scene()


def signed_in_browser(email: str = "ana@clinic.example") -> Client:
    """Return a signed-in browser with cookies and a pending message."""
    client = Client(headers={"accept-language": "en-GB,en"})
    client.force_login(UserFactory(email=email, name=f"Name of {email}"))
    request, session = HttpRequest(), client.session
    request.session = session
    waiting = [messages.storage.base.Message(messages.INFO, f"Hello {email}")]
    SessionStorage(request)._store(waiting, HttpResponse())
    session.save()
    client.cookies["csrf"] = "c" * 32
    client.cookies["booking"] = "somebody"
    return client


@pytest.mark.parametrize("path", SHARED)
@pytest.mark.usefixtures("article_scene")
def test_a_page_is_identical_for_all_users(path: str) -> None:
    stranger, ana, ben = (
        Client().get(path),
        signed_in_browser().get(path),
        signed_in_browser("ben@x.example").get(path),
    )

    assert stranger.status_code == 200
    assert stranger.content == ana.content == ben.content
    assert b"Hello" not in ana.content
    assert b"csrfmiddlewaretoken" not in ana.content
    assert b"nonce" not in ana.content
    for response in (stranger, ana, ben):
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
        assert "Cookie" not in response["Vary"]


@pytest.mark.usefixtures("article_scene")
def test_a_pending_message_is_shown_on_the_next_personal_page() -> None:
    ana = signed_in_browser()
    ana.get("/articles/rest/")

    assert "Hello ana@clinic.example" in ana.get("/treatments/").content.decode()


@pytest.mark.parametrize("path", SHARED)
@pytest.mark.usefixtures("article_scene")
def test_an_unchanged_page_is_answered_with_304(client: Client, path: str) -> None:
    tag = client.get(path)["ETag"]
    same = client.get(path, headers={"if-none-match": tag})
    other = client.get(path, headers={"if-none-match": 'W/"another"'})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert "s-maxage" in same["Cache-Control"]
    assert other.status_code == 200


def test_a_changed_page_is_sent_in_full(client: Client, article_scene: ArticleScene) -> None:
    tag = client.get(article_scene.path)["ETag"]
    make_approved_comment(article_scene.article)

    assert client.get(article_scene.path, headers={"if-none-match": tag}).status_code == 200


def test_an_article_without_booking_has_a_last_modified_date(
    client: Client, article_scene: ArticleScene
) -> None:
    assert not client.get(article_scene.path).has_header("Last-Modified")
    Article.objects.update(offers_booking=False)
    said = client.get(article_scene.path)["Last-Modified"]

    assert said == "Sat, 21 Nov 2026 18:00:00 GMT"
    assert client.get(article_scene.path, headers={"if-modified-since": said}).status_code == 304
    before = "Fri, 20 Nov 2026 18:00:00 GMT"
    assert client.get(article_scene.path, headers={"if-modified-since": before}).status_code == 200


@pytest.mark.parametrize("said", ["never", "\0", "Sat, 99 Nov 2026", "x" * 5000])
@pytest.mark.parametrize("header", ["if-none-match", "if-modified-since"])
def test_an_invalid_conditional_header_is_ignored(
    client: Client, article_scene: ArticleScene, header: str, said: str
) -> None:
    assert client.get(article_scene.path, headers={header: said}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/articles/nope/", "/articles/?page=9", "/articles/?q=" + "a" * 300]
)
def test_a_404_is_not_cached(client: Client, article_scene: ArticleScene, path: str) -> None:
    response = client.get(f"/articles/{path}")

    assert response.status_code in (404, 422)
    assert "public" not in response.get("Cache-Control", "")


def test_a_page_is_compressed_for_clients_that_accept_it(
    client: Client, article_scene: ArticleScene
) -> None:
    plain = client.get(article_scene.path)
    small = client.get(article_scene.path, headers={"accept-encoding": "gzip, br"})

    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) < len(plain.content) / 2
    assert "Accept-Encoding" in plain["Vary"]
    assert small["ETag"] == plain["ETag"]


@pytest.mark.usefixtures("cached_pages")
def test_a_page_is_rendered_at_most_once_a_minute(
    client: Client,
    article_scene: ArticleScene,
    frozen_clock: datetime,
    settings: Settings,
    django_assert_num_queries: Any,
) -> None:
    first = client.get(article_scene.path)
    Article.objects.update(title="Another title")
    settings.CLINIC_CLOCK = frozen_clock + timedelta(seconds=40)
    with django_assert_num_queries(0):
        second = anonymous_page_without_queries(article_scene.path)

    assert first.content == second.content
    assert second["Cache-Control"] == "public, max-age=0, s-maxage=20, must-revalidate"
    settings.CLINIC_CLOCK = frozen_clock + timedelta(seconds=60)
    assert "Another title" in client.get(article_scene.path).content.decode()


def anonymous_page_without_queries(path: str) -> Any:
    return Client(headers={"cookie": f"booking=x; csrf={'c' * 32}"}).get(path)


@pytest.mark.usefixtures("cached_pages")
def test_slots_are_at_most_a_minute_old(
    client: Client, article_scene: ArticleScene, frozen_clock: datetime, settings: Settings
) -> None:
    assert "Mon 23 Nov" in client.get(article_scene.path).content.decode()
    article_scene.clinic.therapist.weekly_hours.all().delete()
    settings.CLINIC_CLOCK = frozen_clock + timedelta(seconds=61)

    assert "Mon 23 Nov" not in client.get(article_scene.path).content.decode()


@pytest.mark.usefixtures("cached_pages")
def test_pages_and_searches_are_cached_separately(
    client: Client, article_scene: ArticleScene
) -> None:
    other = make_related_article(article_scene.article)
    pages = {client.get(path).content for path in (article_scene.path, f"/articles/{other.slug}/")}
    searches = {client.get("/articles/", {"q": word}).content for word in ("rest", "thing")}

    assert len(pages) == len(searches) == 2


@pytest.mark.usefixtures("cached_pages")
def test_the_host_header_appears_on_no_page(client: Client, article_scene: ArticleScene) -> None:
    html = client.get(article_scene.path, headers={"host": "localhost"}).content.decode()

    assert "localhost" not in html


def test_an_anonymous_request_has_no_cookies_user_or_session() -> None:
    request = RequestFactory().get("/", headers={"cookie": "session=x", "authorization": "secret"})
    request.user, request.session = UserFactory(), {"secret": 1}  # type: ignore[assignment]
    stranger = anonymous_request(request)

    assert stranger.COOKIES == {}
    assert stranger.user.is_anonymous
    assert "HTTP_COOKIE" not in stranger.META
    assert "HTTP_AUTHORIZATION" not in stranger.META
    assert not hasattr(stranger, "session")
    assert request.user.is_authenticated


def test_a_cookie_set_by_a_view_is_removed_from_shared_pages() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse("page")
        response.set_cookie("who", "ana")
        return response

    response = cache_anonymously(view)(RequestFactory().get("/"))

    assert not response.cookies


def test_responses_with_cookies_are_never_public() -> None:
    def site(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(headers={"Cache-Control": "public, max-age=60"})
        response.delete_cookie("session")
        return response

    response = PrivateCookieResponsesMiddleware(site)(RequestFactory().get("/"))

    assert response["Cache-Control"] == "private, no-store"
