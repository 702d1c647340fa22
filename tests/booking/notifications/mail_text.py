"""Helpers that read the text and the links of mails."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

from booking.models import Notification
from booking.notifications.kinds import RenderedMail
from booking.notifications.mail_format import build_email


class _Reader(HTMLParser):
    """Collects the words and links of an HTML part, in order, without its style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._skipped = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped = tag if tag in ("style", "title") else self._skipped
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._skipped = "" if tag == self._skipped else self._skipped

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words += data.split()


def words_of_html(html: str) -> list[str]:
    """Return the visible text."""
    reader = _Reader()
    reader.feed(html)
    return reader.words


def links_of_html(html: str) -> set[str]:
    """Return the addresses of all links."""
    reader = _Reader()
    reader.feed(html)
    return set(reader.links)


def links_of_text(text: str) -> set[str]:
    """Return the addresses in the plain-text part."""
    return set(re.findall(r"https?://[^\s<>]*[^\s<>.,;:!?)\]]", text))


def as_received(message: Notification, mail: RenderedMail) -> EmailMessage:
    """Return the mail as a mail program receives it: serialised and parsed again."""
    sent = build_email(message, mail).message().as_bytes()
    return message_from_bytes(sent, policy=default)
