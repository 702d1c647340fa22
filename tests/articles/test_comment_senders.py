"""Whose comments go: blocked senders, readers who ask for it, and what time brings."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from articles.actions.actor import Actor
from articles.actions.comments import COMMENTS_OF_ONE, submit_comment
from articles.actions.due_work import forget_comments, tell_editors
from articles.models import BlockedSender, Comment, CommentEvent
from booking.actions.due_work import run_due_work
from booking.messages.render import render
from booking.models import Message, Role, User
from clinic.lib import clock
from clinic.lib.fair_use import TooMany
from tests.articles.queue import QUEUE, history, press, words_of
from tests.articles.scene import Library, approved, make_library
from tests.booking.views.scene import at
from tests.factories import CommentFactory, StaffRoleFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
DELETE = f"{QUEUE}delete/"


class TestBlocking:
    def test_nothing_of_a_blocked_sender_asks_for_attention(
        self, browser: Client, editor: User, library: Library
    ) -> None:
        first = CommentFactory(article=library.article, email="Ana@Reader.example ")
        second, other = CommentFactory(), CommentFactory(email="bo@reader.example")
        press(browser, first, "_block")
        third = submit_comment(
            library.article, name="A", email="ANA@reader.example", text="Again", by=Actor.system()
        )
        states = {one.pk: one.status for one in Comment.objects.all()}

        assert states == {
            first.pk: "blocked", second.pk: "blocked", other.pk: "held", third.pk: "blocked",
        }  # fmt: skip
        assert history(second) == [("blocked", editor)]
        assert "reader" not in BlockedSender.objects.get().email_hash

    def test_the_sender_learns_nothing_of_it(
        self, browser: Client, library: Library, client: Client
    ) -> None:
        press(browser, CommentFactory(), "_block")
        said = {"text": "Hello", "name": "Ana", "email": "ana@reader.example"}

        assert client.post(f"{library.path}comment/", said).status_code == 303

    def test_it_can_be_undone_also_after_keys_have_changed(
        self, browser: Client, settings: Settings, library: Library
    ) -> None:
        comment = CommentFactory()
        press(browser, comment, "_block")
        settings.LINK_KEYS = ["another key of forty letters or even more", *settings.LINK_KEYS]
        press(browser, comment, "_unblock", seen="blocked")
        new = submit_comment(
            library.article, name="A", email="ana@reader.example", text="x", by=Actor.system()
        )

        assert Comment.objects.get(pk=comment.pk).status == "held"
        assert new.status == "held"
        assert not BlockedSender.objects.exists()

    def test_blocking_a_second_time_is_no_fault(self, browser: Client) -> None:
        first, second = CommentFactory(), CommentFactory(status="approved", decided_at=clock.now())
        press(browser, first, "_block")
        press(browser, second, "_block", seen="approved")

        assert BlockedSender.objects.count() == 1


class TestDeletingOnRequest:
    def test_everything_of_an_address_goes_with_the_replies(
        self, browser: Client, editor: User, library: Library, client: Client
    ) -> None:
        mine = CommentFactory(article=library.article, text="Mine.")
        press(browser, mine, "_reply", reply="Ours.")
        CommentFactory(email="ANA@reader.example")
        other = approved(library.article, "Not mine.")
        Comment.objects.filter(pk=other.pk).delete()
        CommentFactory(email="bo@reader.example")
        looked = browser.post(DELETE, {"email": "ana@READER.example"})
        assert "There are 2 comments from ana@reader.example." in words_of(looked).replace(
            "READER", "reader"
        )
        assert Comment.objects.count() == 4

        browser.post(DELETE, {"email": "ana@reader.example", "_delete": "1"})
        assert [one.email for one in Comment.objects.all()] == ["bo@reader.example"]
        [line] = CommentEvent.objects.all()
        assert (line.kind, line.count, line.user, line.comment) == ("deleted", 2, editor, None)
        assert "Mine." not in client.get(library.path).content.decode()

    def test_no_address_is_ever_listed(self, browser: Client) -> None:
        CommentFactory()

        assert "reader.example" not in browser.get(DELETE).content.decode()
        assert "0 comments" in words_of(browser.post(DELETE, {"email": "no@body.example"}))

    @pytest.mark.parametrize("email", ["", "nobody", "x" * 100_000, "a\0b"])
    def test_what_is_no_address_is_refused(self, browser: Client, email: str) -> None:
        CommentFactory()
        answer = browser.post(DELETE, {"email": email, "_delete": "1"})

        assert answer.status_code == 422
        assert Comment.objects.count() == 1


class TestWhatTimeBrings:
    def test_what_was_not_shown_is_forgotten_after_a_month(self, frozen_clock: datetime) -> None:
        old = frozen_clock - timedelta(days=31)
        for status in ("rejected", "blocked", "approved"):
            CommentFactory(status=status, decided_at=old)
            CommentFactory(status=status, decided_at=frozen_clock - timedelta(days=29))

        assert forget_comments(frozen_clock) == 2
        assert forget_comments(frozen_clock) == 0
        assert Comment.objects.count() == 4

    def test_editors_are_told_once_a_day_how_many_wait(
        self, editor: User, library: Library
    ) -> None:
        another = StaffRoleFactory(role=Role.EDITOR).user
        StaffRoleFactory(role=Role.OWNER)
        CommentFactory(text="My secret")
        CommentFactory()
        monday, tuesday = at(23, 8), at(24, 9)
        told = [tell_editors(now) for now in (at(23, 7), monday, monday, at(23, 20), tuesday)]

        assert told == [0, 2, 0, 0, 2]
        assert {one.to_email for one in Message.objects.all()} == {editor.email, another.email}

    def test_the_mail_says_no_more_than_how_many(self, editor: User, library: Library) -> None:
        CommentFactory(article=library.article, text="My secret")
        CommentFactory()
        tell_editors(at(23, 9))
        mail = render(Message.objects.get())

        assert mail.subject == "2 comments wait to be read"
        assert "/admin/articles/comment/" in mail.text
        for secret in ("My secret", "Ana", "legs", "Legs"):
            assert secret not in mail.text + mail.html

    def test_without_anything_that_waits_nobody_is_told(self, editor: User) -> None:
        assert tell_editors(at(23, 9)) == 0

    def test_without_editors_the_owner_is_told(self) -> None:
        owner = StaffRoleFactory(role=Role.OWNER).user
        make_library()
        CommentFactory()
        tell_editors(at(23, 9))

        assert Message.objects.get().to_email == owner.email

    def test_it_is_part_of_the_due_work(self, editor: User, library: Library) -> None:
        CommentFactory()
        done = run_due_work()

        assert (done["comments forgotten"], done["editors told"]) == (0, 1)
        call_command("run_due_work", stdout=None)


def test_one_address_writes_ten_comments_a_day_and_no_more(
    library: Library, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    said = {"name": "A", "text": "x", "email": "ana@reader.example"}
    for number in range(COMMENTS_OF_ONE.most):
        submit_comment(library.article, **said, by=Actor.reader(f"203.0.113.{number}"))
    with pytest.raises(TooMany):
        submit_comment(library.article, **said, by=Actor.reader("203.0.113.99"))
