"""Blocked senders, deletion on request, and the scheduled jobs of comments."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from articles.actions.actor import Actor
from articles.actions.comments.submit_comment import COMMENT_LIMIT_PER_SENDER, submit_comment
from articles.actions.scheduled_jobs import delete_hidden_comments, notify_editors
from articles.models import BlockedSender, Comment, CommentEvent
from booking.models import Notification, Role, User
from booking.notifications.rendering import render
from clinic.lib.dates import clock
from clinic.lib.rate_limit import RateLimitExceeded
from tests.articles.article_scene import ArticleScene, make_approved_comment, make_article_scene
from tests.articles.comments.comment_queue import (
    COMMENT_LIST_URL,
    list_events,
    press_button,
    response_text,
)
from tests.factories import CommentFactory, StaffRoleFactory
from tests.jobs import run_all_jobs
from tests.scene import on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
DELETE = f"{COMMENT_LIST_URL}delete/"


class TestBlocking:
    def test_all_comments_of_a_blocked_sender_are_blocked(
        self, browser: Client, editor_user: User, article_scene: ArticleScene
    ) -> None:
        first = CommentFactory(article=article_scene.article, email="Ana@Reader.example ")
        second, other = CommentFactory(), CommentFactory(email="bo@reader.example")
        press_button(browser, first, "_block")
        third = submit_comment(
            article_scene.article,
            name="A",
            email="ANA@reader.example",
            text="Again",
            by=Actor.system(),
        )
        states = {comment.pk: comment.status for comment in Comment.objects.all()}

        assert states == {
            first.pk: "blocked", second.pk: "blocked", other.pk: "held", third.pk: "blocked",
        }  # fmt: skip
        assert list_events(second) == [("blocked", editor_user)]
        assert "reader" not in BlockedSender.objects.get().email_hash

    def test_a_blocked_sender_sees_the_same_answer_as_others(
        self, browser: Client, article_scene: ArticleScene, client: Client
    ) -> None:
        press_button(browser, CommentFactory(), "_block")
        said = {"text": "Hello", "name": "Ana", "email": "ana@reader.example"}

        assert client.post(f"{article_scene.path}comment/", said).status_code == 303

    def test_a_block_can_be_removed_even_after_key_rotation(
        self, browser: Client, settings: Settings, article_scene: ArticleScene
    ) -> None:
        comment = CommentFactory()
        press_button(browser, comment, "_block")
        settings.LINK_KEYS = ["another key of forty letters or even more", *settings.LINK_KEYS]
        press_button(browser, comment, "_unblock", expected_status="blocked")
        new = submit_comment(
            article_scene.article, name="A", email="ana@reader.example", text="x", by=Actor.system()
        )

        assert Comment.objects.get(pk=comment.pk).status == "held"
        assert new.status == "held"
        assert not BlockedSender.objects.exists()

    def test_blocking_a_blocked_sender_is_no_error(self, browser: Client) -> None:
        first, second = CommentFactory(), CommentFactory(status="approved", decided_at=clock.now())
        press_button(browser, first, "_block")
        press_button(browser, second, "_block", expected_status="approved")

        assert BlockedSender.objects.count() == 1


class TestDeletingOnRequest:
    def test_all_comments_of_an_address_are_deleted_with_their_replies(
        self, browser: Client, editor_user: User, article_scene: ArticleScene, client: Client
    ) -> None:
        mine = CommentFactory(article=article_scene.article, text="Mine.")
        press_button(browser, mine, "_reply", reply="Ours.")
        CommentFactory(email="ANA@reader.example")
        other = make_approved_comment(article_scene.article, "Not mine.")
        Comment.objects.filter(pk=other.pk).delete()
        CommentFactory(email="bo@reader.example")
        looked = browser.post(DELETE, {"email": "ana@READER.example"})
        assert "There are 2 comments from ana@reader.example." in response_text(looked).replace(
            "READER", "reader"
        )
        assert Comment.objects.count() == 4

        browser.post(DELETE, {"email": "ana@reader.example", "_delete": "1"})
        assert [comment.email for comment in Comment.objects.all()] == ["bo@reader.example"]
        [line] = CommentEvent.objects.all()
        assert (line.kind, line.count, line.user, line.comment) == ("deleted", 2, editor_user, None)
        assert "Mine." not in client.get(article_scene.path).content.decode()

    def test_addresses_of_senders_are_never_listed(self, browser: Client) -> None:
        CommentFactory()

        assert "reader.example" not in browser.get(DELETE).content.decode()
        assert "0 comments" in response_text(browser.post(DELETE, {"email": "no@body.example"}))

    @pytest.mark.parametrize("email", ["", "nobody", "x" * 100_000, "a\0b"])
    def test_an_invalid_address_is_refused(self, browser: Client, email: str) -> None:
        CommentFactory()
        answer = browser.post(DELETE, {"email": email, "_delete": "1"})

        assert answer.status_code == 422
        assert Comment.objects.count() == 1


class TestScheduledCommentJobs:
    def test_hidden_comments_are_deleted_after_a_month(self, frozen_clock: datetime) -> None:
        old = frozen_clock - timedelta(days=31)
        for status in ("rejected", "blocked", "approved"):
            CommentFactory(status=status, decided_at=old)
            CommentFactory(status=status, decided_at=frozen_clock - timedelta(days=29))

        assert delete_hidden_comments(frozen_clock) == 2
        assert delete_hidden_comments(frozen_clock) == 0
        assert Comment.objects.count() == 4

    def test_editors_are_mailed_the_number_of_pending_comments_once_a_day(
        self, editor_user: User, article_scene: ArticleScene
    ) -> None:
        another = StaffRoleFactory(role=Role.EDITOR).user
        StaffRoleFactory(role=Role.OWNER)
        CommentFactory(text="My secret")
        CommentFactory()
        monday, tuesday = on(23, 8), on(24, 9)
        told = [notify_editors(now) for now in (on(23, 7), monday, monday, on(23, 20), tuesday)]

        assert told == [0, 2, 0, 0, 2]
        assert {notification.to_email for notification in Notification.objects.all()} == {
            editor_user.email,
            another.email,
        }

    def test_the_mail_contains_only_the_number_of_comments(
        self, editor_user: User, article_scene: ArticleScene
    ) -> None:
        CommentFactory(article=article_scene.article, text="My secret")
        CommentFactory()
        notify_editors(on(23, 9))
        mail = render(Notification.objects.get())

        assert mail.subject == "2 comments wait to be read"
        assert "/admin/articles/comment/" in mail.text
        for secret in ("My secret", "Ana", "legs", "Legs"):
            assert secret not in mail.text + mail.html

    def test_without_pending_comments_no_mail_is_sent(self, editor_user: User) -> None:
        assert notify_editors(on(23, 9)) == 0

    def test_without_editors_the_owner_gets_the_mail(self) -> None:
        owner = StaffRoleFactory(role=Role.OWNER).user
        make_article_scene()
        CommentFactory()
        notify_editors(on(23, 9))

        assert Notification.objects.get().to_email == owner.email

    def test_the_comment_jobs_are_registered(
        self, editor_user: User, article_scene: ArticleScene
    ) -> None:
        CommentFactory()
        done = run_all_jobs()

        assert (done["delete-hidden-comments"], done["notify-editors"]) == (0, 1)
        call_command("run_due_work", stdout=None)


def test_one_address_can_send_ten_comments_a_day(
    article_scene: ArticleScene, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    said = {"name": "A", "text": "x", "email": "ana@reader.example"}
    for number in range(COMMENT_LIMIT_PER_SENDER.most):
        submit_comment(article_scene.article, **said, by=Actor.reader(f"203.0.113.{number}"))
    with pytest.raises(RateLimitExceeded):
        submit_comment(article_scene.article, **said, by=Actor.reader("203.0.113.99"))
