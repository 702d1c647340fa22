"""The contents of articles, topics, terms and pages as plain values.

Content files and forms produce them; actions store them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question with its answer, as HTML with marks."""

    anchor: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source of an article. `key` is how the text refers to it; `review_by` is optional."""

    key: str
    citation: str
    doi: str = ""
    url: str = ""
    kind: str = ""
    review_by: date | None = None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The whole contents of an article. `topics` and `treatments` are slugs.

    `summary` and `medical_help` are lines of HTML with marks, `body` is HTML with marks
    (articles/text/marks.py).
    """

    slug: str
    title: str
    description: str
    excerpt: str
    summary: Sequence[str]
    medical_help: Sequence[str]
    body: str
    image: str
    image_alt: str
    image_caption: str
    topics: Sequence[str]
    treatments: Sequence[str]
    offers_booking: bool
    questions: Sequence[QuestionText]
    sources: Sequence[SourceText]


@dataclass(frozen=True, slots=True)
class TopicText:
    """The contents of a topic. `position` is its place in lists, from 0."""

    slug: str
    name: str
    description: str
    position: int


@dataclass(frozen=True, slots=True)
class TermText:
    """The contents of a glossary term. `sources` are keys of articles' sources."""

    slug: str
    term: str
    meaning: str
    sources: Sequence[str]


@dataclass(frozen=True, slots=True)
class PageText:
    """The contents of a policy page. `body` is HTML with marks."""

    slug: str
    title: str
    description: str
    body: str


ContentText = ArticleText | TopicText | TermText | PageText


def text_to_json(text: ArticleText) -> dict[str, Any]:
    """Return the text as a value that JSON can hold: dates become ISO strings."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(text), default=str))
    return plain


def text_from_json(plain: Mapping[str, Any]) -> ArticleText:
    """Return the text from the value that `text_to_json` returned."""
    sources = [
        SourceText(**row | {"review_by": _parse_date(row["review_by"])}) for row in plain["sources"]
    ]
    questions = [QuestionText(**row) for row in plain["questions"]]
    return ArticleText(**{**plain, "questions": questions, "sources": sources})


def _parse_date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def text_digest(text: ContentText) -> str:
    """Return the SHA-256 of the contents, as hexadecimal digits. Equal contents, equal digests."""
    plain = json.dumps(asdict(text), sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
