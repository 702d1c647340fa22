"""An article's HTML as the lines that a reader hears: tables left out, a full stop at each end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.text.marks import EVIDENCE_MARK, REFERENCE_MARK, REFUTED_MARK
from clinic.lib.text.rich_text import plain_text

BLOCK_REGEX = re.compile(
    r"<(?P<tag>p|h[2-4]|li|td|th|figcaption|caption)\b[^>]*>(?P<html>.*?)"
    r"(?=</?(?:p|h[2-4]|li|td|th|tr|figcaption|caption|ul|ol|table|div|blockquote|figure)\b|\Z)",
    re.DOTALL,
)
TABLE_REGEX = re.compile(r"<table>.*?</table>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """One paragraph, heading, point or cell, with its marks."""

    tag: str
    html: str

    @property
    def text(self) -> str:
        return plain_text(self.html)


def iter_blocks(html: str) -> Iterator[HtmlBlock]:
    """In order. Text that stands in no block is one itself (an answer, a point of the summary)."""
    found = False
    for one in BLOCK_REGEX.finditer(html):
        block = HtmlBlock(one["tag"], one["html"])
        if block.text or REFERENCE_MARK.search(block.html):
            found = True
            yield block
    if not found and plain_text(html):
        yield HtmlBlock("p", html)


def spoken_lines(html: str) -> list[str]:
    """Line by line, without references and labels; a refuted claim is heard as well."""
    lines = []
    for block in iter_blocks(TABLE_REGEX.sub("", html)):
        line = plain_text(REFERENCE_MARK.sub("", EVIDENCE_MARK.sub("", block.html)))
        if line:
            lines.append(line if line.endswith((".", "!", "?", ":")) else f"{line}.")
    return lines


def strip_refuted_claims(html: str) -> str:
    """Without the claims that are only quoted in order to refute them."""
    return REFUTED_MARK.sub(" ", html)
