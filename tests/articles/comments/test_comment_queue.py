"""Editors approve, reject and answer comments."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from articles.admin.comments import MODERATION_ACTIONS
from articles.models import Comment
from booking.models import User
from clinic.lib.dates import clock
from tests.articles.article_scene import ArticleScene, make_approved_comment
from tests.articles.comments.comment_queue import (
    COMMENT_LIST_URL,
    comment_url,
    list_events,
    press_button,
    response_text,
)
from tests.factories import CommentFactory
from tests.html import parse, text_of
from tests.people import browser_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


class TestTheList:
    def test_pending_comments_are_listed_with_article_excerpt_and_spam_score(
        self, browser: Client, article_scene: ArticleScene
    ) -> None:
        CommentFactory(article=article_scene.article, text="Is this about " + "many words " * 30)
        CommentFactory(article=article_scene.article, text="BUY CHEAP PILLS AT shop.xyz NOW!!!")
        make_approved_comment(article_scene.article, "Seen already.")
        page = response_text(browser.get(COMMENT_LIST_URL))

        assert "Resting & <legs>" in page
        assert "Is this about many words" in page
        assert "7 (a web address, words of selling, many signs in a row, mostly capital" in page
        assert "Seen already." not in page
        assert "ana@reader.example" not in page

    @pytest.mark.parametrize(("state", "there"), [
        ("approved", {"Seen"}), ("all", {"Seen", "Waits"}), ("held", {"Waits"}),
        ("rejected", set()), ("nonsense", {"Waits"}), ("a%00b", {"Waits"}),
    ])  # fmt: skip
    def test_the_list_can_be_filtered_by_status(
        self, browser: Client, article_scene: ArticleScene, state: str, there: set[str]
    ) -> None:
        CommentFactory(article=article_scene.article, text="Waits")
        make_approved_comment(article_scene.article, "Seen")
        page = browser.get(f"{COMMENT_LIST_URL}?state={state}").content.decode()

        assert {word for word in ("Seen", "Waits") if f">{word}<" in page} == there

    def test_the_query_count_does_not_depend_on_the_number_of_comments(
        self, browser: Client, article_scene: ArticleScene
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert browser.get(COMMENT_LIST_URL).status_code == 200
            return len(found)

        CommentFactory(article=article_scene.article)
        queries()  # the session notes that somebody is there
        few = queries()
        for _ in range(8):
            CommentFactory()

        assert queries() == few

    @pytest.mark.parametrize("query", ["p=-1", "p=x", "q=%00", "o=9.9", "foo=1", "q=" + "x" * 5000])
    def test_a_strange_question_is_no_fault(self, browser: Client, query: str) -> None:
        assert browser.get(f"{COMMENT_LIST_URL}?{query}", follow=True).status_code < 500


class TestDeciding:
    def test_an_approved_comment_is_shown_and_the_next_pending_one_opens(
        self, browser: Client, editor_user: User, article_scene: ArticleScene, client: Client
    ) -> None:
        first = CommentFactory(article=article_scene.article, text="First!")
        second = CommentFactory(created_at=clock.now() + timedelta(minutes=1))
        response = press_button(browser, first, "_approve")
        first.refresh_from_db()

        assert response["Location"] == comment_url(second)
        assert (first.status, first.decided_by, first.decided_at) == (
            "approved", editor_user, clock.now(),
        )  # fmt: skip
        assert list_events(first) == [("approved", editor_user)]
        assert "First!" in client.get(article_scene.path).content.decode()

    def test_a_rejected_comment_is_hidden_and_the_list_opens_when_none_is_pending(
        self, browser: Client, editor_user: User, article_scene: ArticleScene, client: Client
    ) -> None:
        comment = make_approved_comment(article_scene.article, "Was here.")
        response = press_button(browser, comment, "_reject", expected_status="approved")

        assert response["Location"] == COMMENT_LIST_URL
        assert list_events(comment) == [("rejected", editor_user)]
        assert "Was here." not in client.get(article_scene.path).content.decode()

    @pytest.mark.parametrize("button", ["_approve", "_reject", "_block", "_unblock", "_reply"])
    def test_a_second_decision_is_refused_and_keeps_the_reply_text(
        self, browser: Client, button: str
    ) -> None:
        comment = CommentFactory()
        press_button(browser, comment, "_approve")
        response = press_button(browser, comment, button, reply="My careful words.")

        assert response.status_code == 409
        assert "This comment is now: approved." in response_text(response)
        assert "My careful words." in response.content.decode()
        assert [kind for kind, _user in list_events(comment)] == ["approved"]

    def test_approving_twice_is_refused_even_without_the_seen_status(self, browser: Client) -> None:
        comment = CommentFactory()
        answers = [browser.post(comment_url(comment), {"_approve": "1"}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 409]

    def test_a_deleted_comment_says_that_it_was_deleted(self, browser: Client) -> None:
        comment = CommentFactory()
        address = comment_url(comment)
        comment.delete()
        for answer in (browser.get(address), browser.post(address, {"_approve": "1"})):
            assert answer.status_code == 404
            assert "This comment is no longer there." in response_text(answer)

    def test_a_long_history_takes_as_many_queries_as_a_short_one(self, browser: Client) -> None:
        comment = CommentFactory()

        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert browser.get(comment_url(comment)).status_code == 200
            return len(found)

        press_button(browser, comment, "_reply", reply="One.")
        few = queries()
        for words in ("Two.", "Three.", "Four."):
            press_button(browser, comment, "_reply", reply=words, expected_status="approved")

        assert queries() == few

    @pytest.mark.parametrize(
        ("status", "labels"),
        [
            ("held", ["Approve", "Reject", "Block the sender"]),
            ("approved", ["Show it no longer", "Block the sender"]),
            ("rejected", ["Approve", "Block the sender"]),
            ("blocked", ["Let this sender comment again"]),
        ],
    )
    def test_the_buttons_depend_on_the_status(
        self, browser: Client, status: str, labels: list[str]
    ) -> None:
        comment = CommentFactory(status=status, decided_at=clock.now())
        document = parse(browser.get(comment_url(comment)).content.decode())

        buttons = [
            element.get("value")
            for row in document.iter("div")
            if row.get("class") == "submit-row"
            for element in row.iter("input")
            if element.get("name") in MODERATION_ACTIONS
        ]
        assert buttons == labels

    def test_a_post_without_a_button_changes_nothing(self, browser: Client) -> None:
        comment = CommentFactory()
        answer = browser.post(comment_url(comment), {"expected_status": "h\0eld"})

        assert answer.status_code == 409
        assert list_events(comment) == []

    def test_viewing_a_comment_changes_nothing_and_shows_its_author(self, browser: Client) -> None:
        comment = CommentFactory(text="<b>Bold</b>")
        answer = browser.get(comment_url(comment), {"_approve": "1"})

        assert "Ana Reader, ana@reader.example (never shown)" in response_text(answer)
        assert "&lt;b&gt;Bold" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store, private"
        assert Comment.objects.get().status == "held"


class TestReplying:
    def test_a_reply_is_shown_below_the_comment_as_from_the_clinic(
        self, browser: Client, editor_user: User, article_scene: ArticleScene, client: Client
    ) -> None:
        comment = CommentFactory(article=article_scene.article, text="A question?")
        press_button(browser, comment, "_reply", reply="An answer.\r\n\r\nAnd more. <script>")
        page = client.get(article_scene.path).content.decode()
        said = text_of(parse(page))

        assert "1 comment A reader, 23 November 2026 A question?" in said
        assert (
            f"{article_scene.clinic.clinic.name} replied, 23 November 2026 An answer. And" in said
        )
        assert "&lt;script&gt;" in page
        assert editor_user.email not in page
        assert list_events(comment) == [("approved", editor_user), ("replied", editor_user)]

    def test_a_reply_is_hidden_with_its_comment_and_can_be_deleted_alone(
        self, browser: Client, article_scene: ArticleScene, client: Client
    ) -> None:
        comment = CommentFactory(article=article_scene.article, text="A question?")
        press_button(browser, comment, "_reply", reply="An answer.")
        reply = Comment.objects.get(parent=comment)
        answer = press_button(browser, reply, "_reject", expected_status="approved")
        assert answer["Location"] == comment_url(comment)
        assert "An answer." not in client.get(article_scene.path).content.decode()

        press_button(browser, reply, "_approve", expected_status="rejected")
        assert "An answer." in client.get(article_scene.path).content.decode()
        press_button(browser, comment, "_reject", expected_status="approved")
        assert "An answer." not in client.get(article_scene.path).content.decode()

    @pytest.mark.parametrize(("text", "sentence"), [
        ("", "Please write your reply."), ("x" * 100_000, "at most 2000 characters"),
    ])  # fmt: skip
    def test_an_invalid_reply_is_refused_with_a_message(
        self, browser: Client, text: str, sentence: str
    ) -> None:
        comment = CommentFactory()
        answer = press_button(browser, comment, "_reply", reply=text)

        assert answer.status_code == 422
        assert sentence in response_text(answer)
        assert text in answer.content.decode()
        assert not Comment.objects.filter(parent__isnull=False).exists()

    def test_the_comment_policy_is_shown_beside_the_reply(self, browser: Client) -> None:
        assert "No advice about anybody's health." in response_text(
            browser.get(comment_url(CommentFactory()))
        )

    def test_only_approved_comments_can_be_replied_to(self, browser: Client) -> None:
        comment = CommentFactory(status="rejected", decided_at=clock.now())
        answer = press_button(browser, comment, "_reply", reply="x", expected_status="rejected")

        assert answer.status_code == 409


class TestCaches:
    def test_a_new_comment_changes_the_last_modified_date_of_the_page(
        self, browser: Client, article_scene: ArticleScene, client: Client, settings: Settings
    ) -> None:
        type(article_scene.article).objects.update(offers_booking=False)
        comment = CommentFactory(article=article_scene.article)
        before = client.get(article_scene.path)["Last-Modified"]
        for button, seen in (("_approve", "held"), ("_reject", "approved")):
            settings.CLINIC_CLOCK += timedelta(minutes=5)
            editor = browser_of(User.objects.get(email="editor@clinic.example"))
            press_button(editor, comment, button, expected_status=seen)
            answer = client.get(article_scene.path, headers={"If-Modified-Since": before})
            assert answer.status_code == 200
            before = answer["Last-Modified"]
        unchanged = client.get(article_scene.path, headers={"If-Modified-Since": before})

        assert unchanged.status_code == 304
