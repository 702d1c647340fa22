"""Reading articles/content/: TOML between two lines of +++, then a small Markdown.

Every fault is a BadText that names the file: texts are part of the program and are tested.
"""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.utils.text import slugify

from articles.inputs import ArticleText, PageText, Question, Reference, TermText, TopicText
from articles.text.evidence_labels import CONTENT
from articles.text.markdown import BadText, to_html, to_inline_html
from articles.text.source_order import in_order_of_mention

FENCE = "+++"
ANCHOR_LENGTH = 60
T = TypeVar("T")


def read_articles(folder: Path = CONTENT) -> list[ArticleText]:
    """All of them, in the order in which they are best read: as their first topics come."""
    shelves = [topic.slug for topic in read_topics(folder)]
    found = [_read(file, _article_on_shelf(shelves)) for file in sorted(folder.glob("*.md"))]
    return [text for _, text in sorted(found, key=lambda one: one[0])]


def read_pages(folder: Path = CONTENT) -> list[PageText]:
    """The pages that say how we work."""
    return [_read(file, _page) for file in sorted((folder / "pages").glob("*.md"))]


def read_topics(folder: Path = CONTENT) -> list[TopicText]:
    """In the order of the file."""
    return [
        TopicText(row["slug"], row["name"], row.get("description", ""), position)
        for position, row in enumerate(_rows(folder / "topics.toml", "topic"))
    ]


def read_terms(folder: Path = CONTENT) -> list[TermText]:
    """The glossary."""
    return [
        TermText(
            row["slug"], row["term"], to_inline_html(row["meaning"]), list(row.get("sources", []))
        )
        for row in _rows(folder / "glossary.toml", "term")
    ]


def _read(file: Path, make: Callable[[dict[str, Any], str], T]) -> T:
    _, _, rest = file.read_text(encoding="utf-8").partition(FENCE)
    front, fence, body = rest.partition(f"\n{FENCE}")
    try:
        if not fence:
            raise BadText("There is no front matter.")
        return make(tomllib.loads(front), body.strip())
    except (BadText, KeyError, tomllib.TOMLDecodeError) as fault:
        raise BadText(f"{file.name}: {fault}") from fault


def _rows(file: Path, name: str) -> Sequence[dict[str, Any]]:
    if not file.exists():
        return []
    found: Sequence[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))[name]
    return found


def _article_on_shelf(
    shelves: Sequence[str],
) -> Callable[[dict[str, Any], str], tuple[tuple[int, int], ArticleText]]:
    """Reads an article with its place: what is on one shelf only is read first there."""

    def read(front: dict[str, Any], body: str) -> tuple[tuple[int, int], ArticleText]:
        topics: Sequence[str] = front["topics"]
        unknown = set(topics) - set(shelves)
        if unknown:
            raise BadText(f"There is no topic {min(unknown)!r}.")
        place = min((shelves.index(topic) for topic in topics[:1]), default=len(shelves))
        return (place, len(topics)), _article(front, body)

    return read


def _article(front: dict[str, Any], body: str) -> ArticleText:
    image = front.get("image", {})
    text = ArticleText(
        slug=front["slug"],
        title=front["title"],
        description=front["description"],
        excerpt=front["excerpt"],
        summary=[to_inline_html(point) for point in front["summary"]],
        medical_help=[to_inline_html(line) for line in front["medical_help"]],
        body=to_html(body),
        image=image.get("name", ""),
        image_alt=image.get("alt", ""),
        image_caption=image.get("caption", ""),
        topics=sorted(front["topics"]),
        treatments=sorted(front.get("treatments", [])),
        offers_booking=front.get("booking_block", False),
        questions=list(_questions(front.get("faq", []))),
        sources=[_reference(row) for row in front.get("source", [])],
    )
    return in_order_of_mention(text)


def _questions(rows: Sequence[dict[str, Any]]) -> Iterator[Question]:
    for row in rows:
        anchor = slugify(row["question"])[:ANCHOR_LENGTH].strip("-")
        yield Question(anchor, row["question"], to_inline_html(row["answer"]))


def _reference(row: dict[str, Any]) -> Reference:
    return Reference(
        key=row["key"],
        citation=row["citation"],
        doi=row.get("doi", ""),
        url=row.get("url", ""),
        kind=row.get("kind", ""),
        review_by=row.get("review_by"),
    )


def _page(front: dict[str, Any], body: str) -> PageText:
    return PageText(front["slug"], front["title"], front.get("description", ""), to_html(body))
