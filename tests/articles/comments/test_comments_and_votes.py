"""Comments and votes on articles, whose forms are not part of the cached page."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from pytest_django import Settings

from articles.actions.actor import Actor
from articles.actions.comments.moderate_comment import approve_comment, reject_comment
from articles.actions.comments.submit_comment import submit_comment
from articles.errors import CommentsClosed
from articles.forms.comments import START_SIGNER, sign_form_start
from articles.models import Article, Comment, HelpfulCount
from booking.models import Notification
from clinic.lib.rate_limit import RateLimitExceeded
from tests.articles.article_scene import ArticleScene
from tests.factories import UserFactory
from tests.html import assert_valid, attribute, text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
SAID = {"text": "It helped me.", "name": "Ana Reader", "email": "ana@reader.example"}


@pytest.fixture
def limits(settings: Settings) -> None:
    settings.ABUSE_LIMITS = True


def began(monkeypatch: pytest.MonkeyPatch, ago: timedelta) -> str:
    """Return the signed start time of a form that was opened this long ago."""
    then = datetime.now().timestamp() - ago.total_seconds()  # noqa: DTZ005  # as signing counts
    with monkeypatch.context() as patched:
        patched.setattr(signing.time, "time", lambda: then)
        return START_SIGNER.sign("comment")


def refused(client: Client, article_scene: ArticleScene, **changes: str) -> str:
    """Post a comment that is refused, and return the page."""
    response = client.post(f"{article_scene.path}comment/", SAID | changes)
    assert response.status_code == 422
    assert "no-store" in response["Cache-Control"]
    assert not Comment.objects.exists()
    html: str = response.content.decode()
    return text_of(assert_valid(html))


def test_a_comment_is_hidden_until_an_editor_approves_it(
    client: Client, article_scene: ArticleScene
) -> None:
    response = client.post(f"{article_scene.path}comment/", SAID)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{article_scene.path}comment/sent/",
    )
    assert "before it is shown" in client.get(response["Location"]).content.decode()
    assert "It helped me." not in client.get(article_scene.path).content.decode()

    editor = UserFactory()
    comment = Comment.objects.get()
    approve_comment(comment, by=Actor(user=editor))
    page = text_of(assert_valid(client.get(article_scene.path).content.decode()))
    assert "1 comment A reader, 23 November 2026 It helped me." in page
    assert (comment.decided_by, comment.status) == (editor, Comment.Status.APPROVED)

    reject_comment(comment, by=Actor(user=editor))
    assert "It helped me." not in client.get(article_scene.path).content.decode()


def test_the_sender_is_not_published_and_is_stored_encrypted(
    client: Client, article_scene: ArticleScene
) -> None:
    client.post(f"{article_scene.path}comment/", SAID)
    approve_comment(Comment.objects.get(), by=Actor.system())
    html = client.get(article_scene.path).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, email, text FROM articles_comment")
        [row] = cursor.fetchall()

    assert "It helped me." in html
    for word in ("Ana", "reader.example"):
        assert word not in html
        assert word not in client.get("/articles/feed/").content.decode()
        assert not any(word in value for value in row)


def test_markup_in_a_comment_is_text(client: Client, article_scene: ArticleScene) -> None:
    client.post(
        f"{article_scene.path}comment/", SAID | {"text": "<script>alert(1)</script>\n\n& more"}
    )
    approve_comment(Comment.objects.get(), by=Actor.system())
    html = client.get(article_scene.path).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert_valid(html)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"text": ""}, "Please write your comment."),
    ({"text": "Buy at https://shop.example"}, "Please leave out links"),
    ({"text": "see www.shop.example"}, "Please leave out links"),
    ({"text": "x" * 2001}, "at most 2000 characters"),
    ({"name": ""}, "Please tell us your name."),
    ({"name": "a\nb"}, "in one line"),
    ({"email": "nobody"}, "It should look like name@example.com."),
    ({"email": "x" * 300 + "@a.example"}, "at most 254 characters"),
])  # fmt: skip
def test_errors_are_shown_beside_the_field_and_the_input_is_kept(
    client: Client, article_scene: ArticleScene, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in refused(client, article_scene, **changes)


def test_a_comment_of_despair_is_answered_with_whom_to_call_and_read_first(
    client: Client, article_scene: ArticleScene
) -> None:
    words = SAID | {"text": "Some nights I just want to die."}
    sent = client.post(f"{article_scene.path}comment/", words)

    assert sent["Location"] == f"{article_scene.path}comment/sent/"
    assert 'href="tel:988"' in client.get(sent["Location"]).content.decode()
    assert Comment.objects.get().status == Comment.Status.PENDING
    assert Notification.objects.get().kind == "read_first"


def test_a_search_for_despair_is_answered_with_whom_to_call(
    client: Client, article_scene: ArticleScene
) -> None:
    page = client.get("/articles/", {"q": "I want to die"}).content.decode()

    assert 'href="tel:988"' in page
    assert 'href="tel:988"' not in client.get("/articles/", {"q": "iron"}).content.decode()


def test_nul_bytes_are_removed(client: Client, article_scene: ArticleScene) -> None:
    assert client.post(f"{article_scene.path}comment/", SAID | {"text": "a\0b"}).status_code == 303
    assert Comment.objects.get().text == "ab"


def test_the_typed_text_is_kept_after_an_error(client: Client, article_scene: ArticleScene) -> None:
    response = client.post(f"{article_scene.path}comment/", SAID | {"email": "nobody"})
    document = assert_valid(response.content.decode())

    assert attribute(document, "input", "value", name="name") == ["Ana Reader"]
    assert "It helped me." in text_of(document)


@pytest.mark.usefixtures("limits")
class TestLimits:
    """The checks against spam programs."""

    def test_a_comment_typed_at_human_speed_is_accepted(
        self, client: Client, article_scene: ArticleScene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = began(monkeypatch, timedelta(minutes=1))
        response = client.post(f"{article_scene.path}comment/", SAID | {"started": started})

        assert response.status_code == 303

    def test_a_filled_honeypot_field_is_refused(
        self, client: Client, article_scene: ArticleScene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = began(monkeypatch, timedelta(minutes=1))

        assert "leave this field empty" in refused(
            client, article_scene, started=started, website="https://x.example"
        )

    def test_a_comment_sent_within_seconds_must_be_sent_again(
        self, client: Client, article_scene: ArticleScene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = began(monkeypatch, timedelta(seconds=2))

        assert "quicker than we can read" in refused(client, article_scene, started=started)

    def test_nobody_is_refused_twice_for_being_fast(
        self, client: Client, article_scene: ArticleScene
    ) -> None:
        path = f"{article_scene.path}comment/"
        first = client.post(path, SAID | {"started": sign_form_start()})
        [again] = attribute(assert_valid(first.content.decode()), "input", "value", name="started")

        assert first.status_code == 422
        assert client.post(path, SAID | {"started": again}).status_code == 303

    @pytest.mark.parametrize("value", ["", "comment", "comment:forged", "\0", "x" * 5000])
    def test_a_form_with_a_forged_start_time_gets_a_valid_one(
        self, client: Client, article_scene: ArticleScene, value: str
    ) -> None:
        response = client.post(f"{article_scene.path}comment/", SAID | {"started": value})
        [fresh] = attribute(
            assert_valid(response.content.decode()), "input", "value", name="started"
        )

        assert response.status_code == 422
        assert START_SIGNER.unsign(fresh) == "comment"

    def test_a_form_left_open_for_days_gets_a_new_start_time(
        self, client: Client, article_scene: ArticleScene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = began(monkeypatch, timedelta(days=3))
        response = client.post(f"{article_scene.path}comment/", SAID | {"started": old})

        assert attribute(
            assert_valid(response.content.decode()), "input", "value", name="started"
        ) != [old]

    def test_comments_of_one_ip_address_are_limited_per_hour(
        self, article_scene: ArticleScene
    ) -> None:
        reader = Actor.reader("192.0.2.1")
        for _ in range(5):
            submit_comment(
                article_scene.article, name="A", email="a@b.example", text="x", by=reader
            )

        with pytest.raises(RateLimitExceeded):
            submit_comment(
                article_scene.article, name="A", email="a@b.example", text="x", by=reader
            )
        assert Comment.objects.count() == 5

    def test_votes_are_limited_too(self, client: Client, article_scene: ArticleScene) -> None:
        path = f"{article_scene.path}helpful/"
        statuses = [client.post(path, {"helpful": "yes"}).status_code for _ in range(21)]

        assert statuses == [303] * 20 + [429]


def test_comments_can_be_closed(client: Client, article_scene: ArticleScene) -> None:
    Article.objects.update(comments_open=False)

    assert "Write a comment" not in client.get(article_scene.path).content.decode()
    for response in (
        client.get(f"{article_scene.path}comment/"),
        client.post(f"{article_scene.path}comment/", SAID),
    ):
        assert response.status_code == 410
        assert "are closed" in text_of(assert_valid(response.content.decode()))
    with pytest.raises(CommentsClosed, match="are closed"):
        submit_comment(
            article_scene.article, name="A", email="a@b.example", text="x", by=Actor.system()
        )
    assert not Comment.objects.exists()


def test_a_vote_is_stored_as_a_count_only(client: Client, article_scene: ArticleScene) -> None:
    path = f"{article_scene.path}helpful/"
    for answer in ("yes", "yes", "no"):
        response = client.post(path, {"helpful": answer})
        assert (response.status_code, response["Location"]) == (303, f"{path}thanks/")

    count = HelpfulCount.objects.get()
    assert (count.article, count.yes, count.no) == (article_scene.article, 2, 1)
    assert {field.name for field in HelpfulCount._meta.fields} == {"article", "yes", "no"}


@pytest.mark.parametrize("answer", ["", "maybe", "\0", "x" * 10_000])
def test_an_invalid_vote_is_asked_for_again(
    client: Client, article_scene: ArticleScene, answer: str
) -> None:
    response = client.post(f"{article_scene.path}helpful/", {"helpful": answer})

    assert response.status_code == 422
    assert "Press Yes or No." in text_of(assert_valid(response.content.decode()))
    assert not HelpfulCount.objects.exists()


@pytest.mark.parametrize("page", ["comment/", "comment/sent/", "helpful/", "helpful/thanks/"])
def test_the_page_after_a_vote_is_neither_cached_nor_indexed(
    client: Client, article_scene: ArticleScene, page: str
) -> None:
    response = client.get(article_scene.path + page)
    document = assert_valid(response.content.decode())

    assert response["Cache-Control"] == "no-store, private"
    assert attribute(document, "meta", "content", name="robots") == ["noindex"]
    assert attribute(document, "link", "href", rel="canonical") == []


@pytest.mark.parametrize("page", ["comment/", "helpful/"])
def test_a_form_without_its_token_is_refused(article_scene: ArticleScene, page: str) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(article_scene.path + page, SAID | {"helpful": "yes"}).status_code == 403
    html = strict.get(article_scene.path + page).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', html)
    assert token is not None
    sent = SAID | {"helpful": "yes", "csrfmiddlewaretoken": token[1]}
    assert strict.post(article_scene.path + page, sent).status_code == 303


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("page", ["", "comment/", "helpful/", "comment/sent/"])
def test_other_methods_are_refused(
    client: Client, article_scene: ArticleScene, page: str, method: str
) -> None:
    assert getattr(client, method)(article_scene.path + page).status_code == 405
