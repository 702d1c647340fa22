"""Editors decide on comments and reply."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from articles.models import Comment
from booking.models import User
from clinic.lib import clock
from tests.articles.queue import QUEUE, history, page_of, press, words_of
from tests.articles.scene import Library, approved
from tests.factories import CommentFactory
from tests.html import parse, text_of
from tests.people import browser_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


class TestTheList:
    def test_it_has_what_waits_with_article_first_words_and_how_like_an_advert(
        self, browser: Client, library: Library
    ) -> None:
        CommentFactory(article=library.article, text="Is this about " + "many words " * 30)
        CommentFactory(article=library.article, text="BUY CHEAP PILLS AT shop.xyz NOW!!!")
        approved(library.article, "Seen already.")
        page = words_of(browser.get(QUEUE))

        assert "Resting & <legs>" in page
        assert "Is this about many words" in page
        assert "7 (a web address, words of selling, many signs in a row, mostly capital" in page
        assert "Seen already." not in page
        assert "ana@reader.example" not in page

    @pytest.mark.parametrize(("state", "there"), [
        ("approved", {"Seen"}), ("all", {"Seen", "Waits"}), ("held", {"Waits"}),
        ("rejected", set()), ("nonsense", {"Waits"}), ("a%00b", {"Waits"}),
    ])  # fmt: skip
    def test_another_state_is_a_click_away(
        self, browser: Client, library: Library, state: str, there: set[str]
    ) -> None:
        CommentFactory(article=library.article, text="Waits")
        approved(library.article, "Seen")
        page = browser.get(f"{QUEUE}?state={state}").content.decode()

        assert {word for word in ("Seen", "Waits") if f">{word}<" in page} == there

    def test_one_or_many_the_same_queries(self, browser: Client, library: Library) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert browser.get(QUEUE).status_code == 200
            return len(found)

        CommentFactory(article=library.article)
        queries()  # the session notes that somebody is there
        few = queries()
        for _ in range(8):
            CommentFactory()

        assert queries() == few

    @pytest.mark.parametrize("query", ["p=-1", "p=x", "q=%00", "o=9.9", "foo=1", "q=" + "x" * 5000])
    def test_a_strange_question_is_no_fault(self, browser: Client, query: str) -> None:
        assert browser.get(f"{QUEUE}?{query}", follow=True).status_code < 500


class TestDeciding:
    def test_approved_it_is_shown_and_the_next_one_waits(
        self, browser: Client, editor: User, library: Library, client: Client
    ) -> None:
        first = CommentFactory(article=library.article, text="First!")
        second = CommentFactory(created_at=clock.now() + timedelta(minutes=1))
        response = press(browser, first, "_approve")
        first.refresh_from_db()

        assert response["Location"] == page_of(second)
        assert (first.status, first.decided_by, first.decided_at) == (
            "approved", editor, clock.now(),
        )  # fmt: skip
        assert history(first) == [("approved", editor)]
        assert "First!" in client.get(library.path).content.decode()

    def test_rejected_it_is_not_shown_and_the_list_is_empty(
        self, browser: Client, editor: User, library: Library, client: Client
    ) -> None:
        comment = approved(library.article, "Was here.")
        response = press(browser, comment, "_reject", seen="approved")

        assert response["Location"] == QUEUE
        assert history(comment) == [("rejected", editor)]
        assert "Was here." not in client.get(library.path).content.decode()

    @pytest.mark.parametrize("button", ["_approve", "_reject", "_block", "_unblock", "_reply"])
    def test_when_somebody_was_quicker_it_says_so_and_keeps_what_was_typed(
        self, browser: Client, button: str
    ) -> None:
        comment = CommentFactory()
        press(browser, comment, "_approve")
        response = press(browser, comment, button, reply="My careful words.")

        assert response.status_code == 409
        assert "This comment is now: approved." in words_of(response)
        assert "My careful words." in response.content.decode()
        assert [kind for kind, _user in history(comment)] == ["approved"]

    def test_approving_twice_is_told_even_without_what_was_seen(self, browser: Client) -> None:
        comment = CommentFactory()
        answers = [browser.post(page_of(comment), {"_approve": "1"}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 409]

    def test_one_that_is_gone_says_so(self, browser: Client) -> None:
        comment = CommentFactory()
        address = page_of(comment)
        comment.delete()
        for answer in (browser.get(address), browser.post(address, {"_approve": "1"})):
            assert answer.status_code == 404
            assert "This comment is no longer there." in words_of(answer)

    def test_a_long_history_takes_as_many_queries_as_a_short_one(self, browser: Client) -> None:
        comment = CommentFactory()

        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert browser.get(page_of(comment)).status_code == 200
            return len(found)

        press(browser, comment, "_reply", reply="One.")
        few = queries()
        for words in ("Two.", "Three.", "Four."):
            press(browser, comment, "_reply", reply=words, seen="approved")

        assert queries() == few

    def test_without_a_button_nothing_happens(self, browser: Client) -> None:
        comment = CommentFactory()
        answer = browser.post(page_of(comment), {"seen": "h\0eld"})

        assert answer.status_code == 409
        assert history(comment) == []

    def test_looking_changes_nothing_and_shows_who_wrote_it(self, browser: Client) -> None:
        comment = CommentFactory(text="<b>Bold</b>")
        answer = browser.get(page_of(comment), {"_approve": "1"})

        assert "Ana Reader, ana@reader.example (never shown)" in words_of(answer)
        assert "&lt;b&gt;Bold" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store, private"
        assert Comment.objects.get().status == "held"


class TestReplying:
    def test_a_reply_stands_below_it_in_the_name_of_the_clinic(
        self, browser: Client, editor: User, library: Library, client: Client
    ) -> None:
        comment = CommentFactory(article=library.article, text="A question?")
        press(browser, comment, "_reply", reply="An answer.\r\n\r\nAnd more. <script>")
        page = client.get(library.path).content.decode()
        said = text_of(parse(page))

        assert "1 comment A reader, 23 November 2026 A question?" in said
        assert f"{library.clinic.clinic.name} replied, 23 November 2026 An answer. And" in said
        assert "&lt;script&gt;" in page
        assert editor.email not in page
        assert history(comment) == [("approved", editor), ("replied", editor)]

    def test_it_goes_when_its_comment_goes_and_can_be_taken_away_alone(
        self, browser: Client, library: Library, client: Client
    ) -> None:
        comment = CommentFactory(article=library.article, text="A question?")
        press(browser, comment, "_reply", reply="An answer.")
        reply = Comment.objects.get(parent=comment)
        answer = press(browser, reply, "_reject", seen="approved")
        assert answer["Location"] == page_of(comment)
        assert "An answer." not in client.get(library.path).content.decode()

        press(browser, reply, "_approve", seen="rejected")
        assert "An answer." in client.get(library.path).content.decode()
        press(browser, comment, "_reject", seen="approved")
        assert "An answer." not in client.get(library.path).content.decode()

    @pytest.mark.parametrize(("text", "sentence"), [
        ("", "Please write your reply."), ("x" * 100_000, "at most 2000 characters"),
    ])  # fmt: skip
    def test_what_is_wrong_is_said(self, browser: Client, text: str, sentence: str) -> None:
        comment = CommentFactory()
        answer = press(browser, comment, "_reply", reply=text)

        assert answer.status_code == 422
        assert sentence in words_of(answer)
        assert text in answer.content.decode()
        assert not Comment.objects.filter(parent__isnull=False).exists()

    def test_the_policy_stands_beside_it(self, browser: Client) -> None:
        assert "No advice about anybody's health." in words_of(
            browser.get(page_of(CommentFactory()))
        )

    def test_what_readers_do_not_see_is_not_answered(self, browser: Client) -> None:
        comment = CommentFactory(status="rejected", decided_at=clock.now())
        answer = press(browser, comment, "_reply", reply="x", seen="rejected")

        assert answer.status_code == 409


class TestCaches:
    def test_a_page_counts_as_changed_when_what_is_said_below_it_changes(
        self, browser: Client, library: Library, client: Client, settings: Settings
    ) -> None:
        type(library.article).objects.update(offers_booking=False)
        comment = CommentFactory(article=library.article)
        before = client.get(library.path)["Last-Modified"]
        for button, seen in (("_approve", "held"), ("_reject", "approved")):
            settings.CLINIC_CLOCK += timedelta(minutes=5)
            press(browser_of(User.objects.get(email="editor@clinic.example")), comment, button,
                  seen=seen)  # fmt: skip
            answer = client.get(library.path, headers={"If-Modified-Since": before})
            assert answer.status_code == 200
            before = answer["Last-Modified"]
        unchanged = client.get(library.path, headers={"If-Modified-Since": before})

        assert unchanged.status_code == 304
