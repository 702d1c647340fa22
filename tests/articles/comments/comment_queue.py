"""Helpers for tests of the moderation of comments in the back office."""

from typing import Any

from django.test import Client

from articles.models import Comment
from booking.models import User
from tests.html import parse, text_of

COMMENT_LIST_URL = "/admin/articles/comment/"


def comment_url(comment: Comment) -> str:
    return f"{COMMENT_LIST_URL}{comment.pk}/change/"


def response_text(response: Any) -> str:
    return text_of(parse(response.content.decode()))


def press_button(browser: Client, comment: Comment, button: str, **more: str) -> Any:
    """POST a button of the comment's page; by default the form says it is pending."""
    return browser.post(comment_url(comment), {"expected_status": "held", button: "1"} | more)


def list_events(comment: Comment) -> list[tuple[str, User | None]]:
    return [(event.kind, event.user) for event in comment.events.all()]
