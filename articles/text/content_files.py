"""Read articles/content/: TOML front matter between two lines of +++, then Markdown.

Errors are raised as ContentError with the name of the file.
"""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.utils.text import slugify

from articles.inputs import ArticleText, PageText, QuestionText, SourceText, TermText, TopicText
from articles.text.evidence_labels import CONTENT_DIR
from articles.text.markdown import ContentError, markdown_to_html, markdown_to_inline_html
from articles.text.source_order import sort_sources_by_mention

FRONT_MATTER_DELIMITER = "+++"
MAX_ANCHOR_LENGTH = 60
T = TypeVar("T")


def read_articles(folder: Path = CONTENT_DIR) -> list[ArticleText]:
    """Return all articles in reading order: by the position of their first topic."""
    topics = [topic.slug for topic in read_topics(folder)]
    parse = _parse_article_with_order(topics)
    articles = [_read_file(file, parse) for file in sorted(folder.glob("*.md"))]
    return [text for _, text in sorted(articles, key=lambda article: article[0])]


def read_pages(folder: Path = CONTENT_DIR) -> list[PageText]:
    """Return the policy pages."""
    return [_read_file(file, _parse_page) for file in sorted((folder / "pages").glob("*.md"))]


def read_topics(folder: Path = CONTENT_DIR) -> list[TopicText]:
    """Return the topics in the order of the file."""
    return [
        TopicText(row["slug"], row["name"], row.get("description", ""), position)
        for position, row in enumerate(_read_rows(folder / "topics.toml", "topic"))
    ]


def read_terms(folder: Path = CONTENT_DIR) -> list[TermText]:
    """Return the terms of the glossary."""
    return [
        TermText(
            row["slug"],
            row["term"],
            markdown_to_inline_html(row["meaning"]),
            list(row.get("sources", [])),
        )
        for row in _read_rows(folder / "glossary.toml", "term")
    ]


def _read_file(file: Path, parse: Callable[[dict[str, Any], str], T]) -> T:
    _, _, rest = file.read_text(encoding="utf-8").partition(FRONT_MATTER_DELIMITER)
    front, fence, body = rest.partition(f"\n{FRONT_MATTER_DELIMITER}")
    try:
        if not fence:
            raise ContentError("There is no front matter.")
        return parse(tomllib.loads(front), body.strip())
    except (ContentError, KeyError, tomllib.TOMLDecodeError) as fault:
        raise ContentError(f"{file.name}: {fault}") from fault


def _read_rows(file: Path, name: str) -> Sequence[dict[str, Any]]:
    if not file.exists():
        return []
    rows: Sequence[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))[name]
    return rows


def _parse_article_with_order(
    known_topics: Sequence[str],
) -> Callable[[dict[str, Any], str], tuple[tuple[int, int], ArticleText]]:
    """Return a parser for an article with its sort key: first topic, then number of topics."""

    def read(front: dict[str, Any], body: str) -> tuple[tuple[int, int], ArticleText]:
        topics: Sequence[str] = front["topics"]
        unknown = set(topics) - set(known_topics)
        if unknown:
            raise ContentError(f"There is no topic {min(unknown)!r}.")
        position = known_topics.index(topics[0]) if topics else len(known_topics)
        return (position, len(topics)), _parse_article(front, body)

    return read


def _parse_article(front: dict[str, Any], body: str) -> ArticleText:
    image = front.get("image", {})
    text = ArticleText(
        slug=front["slug"],
        title=front["title"],
        description=front["description"],
        excerpt=front["excerpt"],
        summary=[markdown_to_inline_html(point) for point in front["summary"]],
        medical_help=[markdown_to_inline_html(line) for line in front["medical_help"]],
        body=markdown_to_html(body),
        image=image.get("name", ""),
        image_alt=image.get("alt", ""),
        image_caption=image.get("caption", ""),
        topics=sorted(front["topics"]),
        treatments=sorted(front.get("treatments", [])),
        offers_booking=front.get("booking_block", False),
        questions=list(_parse_questions(front.get("faq", []))),
        sources=[_parse_source(row) for row in front.get("source", [])],
    )
    return sort_sources_by_mention(text)


def _parse_questions(rows: Sequence[dict[str, Any]]) -> Iterator[QuestionText]:
    for row in rows:
        anchor = slugify(row["question"])[:MAX_ANCHOR_LENGTH].strip("-")
        yield QuestionText(anchor, row["question"], markdown_to_inline_html(row["answer"]))


def _parse_source(row: dict[str, Any]) -> SourceText:
    return SourceText(
        key=row["key"],
        citation=row["citation"],
        doi=row.get("doi", ""),
        url=row.get("url", ""),
        kind=row.get("kind", ""),
        review_by=row.get("review_by"),
    )


def _parse_page(front: dict[str, Any], body: str) -> PageText:
    return PageText(
        front["slug"], front["title"], front.get("description", ""), markdown_to_html(body)
    )
