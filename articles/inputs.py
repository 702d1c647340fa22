"""What an article says, as plain values: between a file or a form and an action."""

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
    """A source, in the order of its number."""

    key: str
    citation: str
    doi: str = ""
    url: str = ""
    kind: str = ""
    review_by: date | None = None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """Everything that readers of an article read. Topics and treatments by slug."""

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
    slug: str
    name: str
    description: str
    position: int


@dataclass(frozen=True, slots=True)
class TermText:
    slug: str
    term: str
    meaning: str
    sources: Sequence[str]


@dataclass(frozen=True, slots=True)
class PageText:
    slug: str
    title: str
    description: str
    body: str


ContentText = ArticleText | TopicText | TermText | PageText


def text_to_json(text: ArticleText) -> dict[str, Any]:
    """As JSON can hold it."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(text), default=str))
    return plain


def text_from_json(plain: Mapping[str, Any]) -> ArticleText:
    """What `text_to_json` made of a text, as a text again."""
    sources = [
        SourceText(**row | {"review_by": _day(row["review_by"])}) for row in plain["sources"]
    ]
    questions = [QuestionText(**row) for row in plain["questions"]]
    return ArticleText(**{**plain, "questions": questions, "sources": sources})


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def text_digest(text: ContentText) -> str:
    """The same for the same words, whatever they are kept in."""
    plain = json.dumps(asdict(text), sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
