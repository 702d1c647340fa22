"""An article's HTML as the lines that a reader hears: tables left out, a full stop at each end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.text.marks import EVIDENCE, REFUTED, SOURCES
from clinic.lib.text.rich_text import plain_text

BLOCK = re.compile(
    r"<(?P<tag>p|h[2-4]|li|td|th|figcaption|caption)\b[^>]*>(?P<html>.*?)"
    r"(?=</?(?:p|h[2-4]|li|td|th|tr|figcaption|caption|ul|ol|table|div|blockquote|figure)\b|\Z)",
    re.DOTALL,
)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, point or cell, with its marks."""

    tag: str
    html: str

    @property
    def words(self) -> str:
        return plain_text(self.html)


def blocks(html: str) -> Iterator[Block]:
    """In order. Text that stands in no block is one itself (an answer, a point of the summary)."""
    found = False
    for one in BLOCK.finditer(html):
        block = Block(one["tag"], one["html"])
        if block.words or SOURCES.search(block.html):
            found = True
            yield block
    if not found and plain_text(html):
        yield Block("p", html)


def read_aloud(html: str) -> list[str]:
    """Line by line, without references and labels; a refuted claim is heard as well."""
    lines = []
    for block in blocks(TABLE.sub("", html)):
        line = plain_text(SOURCES.sub("", EVIDENCE.sub("", block.html)))
        if line:
            lines.append(line if line.endswith((".", "!", "?", ":")) else f"{line}.")
    return lines


def without_refuted(html: str) -> str:
    """Without the claims that are only quoted in order to refute them."""
    return REFUTED.sub(" ", html)
