"""Split the HTML of an article into blocks and plain lines, for checks and comparisons."""

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
    """A paragraph, heading, list item, caption or table cell. `html` includes its marks."""

    tag: str
    html: str

    @property
    def text(self) -> str:
        return plain_text(self.html)


def iter_blocks(html: str) -> Iterator[HtmlBlock]:
    """Yield the blocks in order. Text outside any block, such as an answer, is one paragraph."""
    has_blocks = False
    for match in BLOCK_REGEX.finditer(html):
        block = HtmlBlock(match["tag"], match["html"])
        if block.text or REFERENCE_MARK.search(block.html):
            has_blocks = True
            yield block
    if not has_blocks and plain_text(html):
        yield HtmlBlock("p", html)


def spoken_lines(html: str) -> list[str]:
    """Return the text as plain lines that end with punctuation, as a screen reader speaks them.

    Without tables, references and labels; refuted claims are included.
    """
    lines = []
    for block in iter_blocks(TABLE_REGEX.sub("", html)):
        line = plain_text(REFERENCE_MARK.sub("", EVIDENCE_MARK.sub("", block.html)))
        if line:
            lines.append(line if line.endswith((".", "!", "?", ":")) else f"{line}.")
    return lines


def strip_refuted_claims(html: str) -> str:
    """Remove the claims that are quoted in order to refute them."""
    return REFUTED_MARK.sub(" ", html)
