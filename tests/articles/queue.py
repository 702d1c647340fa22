"""What an editor does with comments in the back office."""

from typing import Any

from django.test import Client

from articles.models import Comment
from booking.models import User
from tests.html import parse, text_of

QUEUE = "/admin/articles/comment/"


def page_of(comment: Comment) -> str:
    return f"{QUEUE}{comment.pk}/change/"


def words_of(response: Any) -> str:
    return text_of(parse(response.content.decode()))


def press(browser: Client, comment: Comment, button: str, **more: str) -> Any:
    """As the page was when it was opened: the comment waited, unless said otherwise."""
    return browser.post(page_of(comment), {"seen": "held", button: "1"} | more)


def history(comment: Comment) -> list[tuple[str, User | None]]:
    return [(event.kind, event.user) for event in comment.events.all()]
