"""The marks inside an article's text, and the allowlist of its HTML.

    <cite data-source="key another-key"></cite>   a reference to sources, by their keys
    <span data-evidence="some"></span>            the evidence for the sentence before it; with
                                                  data-review-by="2028-11-01" the date by
                                                  which to review it
    <span data-refuted="yes">...</span>           a claim that is shown in order to refute it
    <dfn data-term="ferritin">ferritin</dfn>      a term of the glossary
    <div data-callout="note">...</div>            a callout: note or care
    <img data-image="uuid" alt="...">             an uploaded image, usually inside a <figure>

articles/presentation/rendering.py turns them into what readers see.
"""

import re
from datetime import date
from uuid import UUID

from clinic.lib.text.rich_text import Cleaner

KEY_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
KEY_REGEX = re.compile(KEY_PATTERN)
ISO_DATE_REGEX = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UUID_PATTERN = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ALLOWED_MARKS = {
    "cite": {"data-source": re.compile(rf"{KEY_PATTERN}(?: {KEY_PATTERN})*")},
    "span": {
        "data-evidence": KEY_REGEX,
        "data-review-by": ISO_DATE_REGEX,
        "data-refuted": re.compile("yes"),
    },
    "dfn": {"data-term": KEY_REGEX},
    "div": {"data-callout": re.compile("note|care")},
    "img": {"data-image": re.compile(UUID_PATTERN), "alt": re.compile(".*", re.DOTALL)},
}
ALLOWED_INLINE_MARKS = {
    tag: names for tag, names in ALLOWED_MARKS.items() if tag not in ("div", "img")
}

REFERENCE_MARK = re.compile(r'<cite data-source="([a-z0-9 -]+)"></cite>')
EVIDENCE_MARK = re.compile(
    r'<span(?: data-review-by="(?P<early>[0-9-]+)")? data-evidence="(?P<label>[a-z0-9-]+)"'
    r'(?: data-review-by="(?P<late>[0-9-]+)")?></span>'
)
REFUTED_MARK = re.compile(r'<span data-refuted="yes">(.*?)</span>', re.DOTALL)
TERM_MARK = re.compile(r'<dfn data-term="([a-z0-9-]+)">(.*?)</dfn>', re.DOTALL)
IMAGE_MARK = re.compile(rf'<img data-image="({UUID_PATTERN})"(?: alt="([^"]*)")?>')
"""An image after cleaning: groups are the identifier and the escaped alternative text."""

clean_html = Cleaner(ALLOWED_MARKS, image_attribute="data-image")
"""Clean a text of blocks, such as the body of an article."""
clean_inline_html = Cleaner(ALLOWED_INLINE_MARKS, inline=True)
"""Clean a text of one line, such as an answer or a point of the summary."""


def parse_evidence_mark(match: "re.Match[str]") -> tuple[str, date | None]:
    """Return the label slug and the review date of a match of EVIDENCE_MARK.

    The date is None if there is none or if it is invalid.
    """
    review_by = match["early"] or match["late"] or ""
    try:
        return match["label"], date.fromisoformat(review_by)
    except ValueError:
        return match["label"], None


def find_review_dates(*texts: str) -> list[date]:
    """Return the review dates of all evidence labels in the texts."""
    marks = (parse_evidence_mark(match) for text in texts for match in EVIDENCE_MARK.finditer(text))
    return [day for _, day in marks if day is not None]


def find_source_keys(*texts: str) -> list[str]:
    """Return the source keys that texts refer to, in the order of their first mention."""
    keys_in_texts = (
        key for text in texts for keys in REFERENCE_MARK.findall(text) for key in keys.split()
    )
    return list(dict.fromkeys(keys_in_texts))


def find_image_ids(*texts: str) -> set[UUID]:
    """Return the identifiers of the uploaded images in cleaned texts."""
    return {UUID(match[1]) for text in texts for match in IMAGE_MARK.finditer(text)}
