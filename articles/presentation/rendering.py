"""Render stored texts for readers: marks become references, evidence labels and links.

All HTML is cleaned by the allowlist again before it is rendered.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.models import Article, Source
from articles.presentation.responsive_images import render_images
from articles.text.evidence_labels import EvidenceLabel, evidence_labels
from articles.text.marks import (
    EVIDENCE_MARK,
    REFERENCE_MARK,
    REFUTED_MARK,
    TERM_MARK,
    clean_html,
    clean_inline_html,
    find_review_dates,
    parse_evidence_mark,
)
from clinic.lib.text.rich_text import plain_text

HEADING_PATTERN = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
TABLE_PATTERN = re.compile(r"<table>.*?</table>", re.DOTALL)
CALLOUT_MARK = re.compile(r'<div data-callout="(note|care)">')
EXTERNAL_LINK = re.compile(r'<a href="(https?://[^"]*)">')
REFERENCE_WITH_SPACE = re.compile(rf"\s*{REFERENCE_MARK.pattern}")
RESERVED_IDS = {
    "main", "in-short", "contents", "medical-help", "questions", "book", "sources", "labels",
    "about", "comments", "related",
}  # fmt: skip
"""The ids that the page's template uses."""


@dataclass
class NumberedSource:
    """A source with its number and the ids of the links in the text that refer to it."""

    source: Source
    number: int
    reference_ids: list[str] = field(default_factory=list)
    overdue: bool = False
    """Whether its review date has passed."""


@dataclass(frozen=True, slots=True)
class RenderedQuestion:
    """A question with its rendered answer. `anchor` is the id of the element."""

    anchor: str
    question: str
    answer: SafeString


@dataclass
class RenderedArticle:
    """The rendered texts of an article, in the order of the page.

    `table_of_contents` has pairs of anchor and heading.
    """

    summary: list[SafeString]
    body: SafeString
    medical_help: list[SafeString]
    questions: list[RenderedQuestion]
    table_of_contents: list[tuple[str, str]]
    sources: list[NumberedSource]
    evidence_labels: list[EvidenceLabel]


def render_article(article: Article, today: date = date.min) -> RenderedArticle:
    """Render all texts of an article with prefetched questions and sources.

    `today` is the clinic's date, for what is overdue for review. One query if the text shows
    images, else none.
    """
    sources = {
        source.key: NumberedSource(source, number, overdue=is_overdue(source.review_by, today))
        for number, source in enumerate(article.sources.all(), 1)
    }
    text = _MarkRenderer(sources, today)
    return RenderedArticle(
        summary=[text.render_inline(point) for point in article.summary],
        body=text.render_blocks(article.body),
        medical_help=[text.render_inline(line) for line in article.medical_help],
        questions=[
            RenderedQuestion(
                f"faq-{question.anchor}", question.question, text.render_inline(question.answer)
            )
            for question in article.faqs.all()
        ],
        table_of_contents=text.table_of_contents,
        sources=list(text.sources.values()),
        evidence_labels=[
            label for label in evidence_labels().values() if label.slug in text.used_labels
        ],
    )


def is_overdue(review_by: date | None, today: date) -> bool:
    """Return whether the review date has passed."""
    return review_by is not None and review_by < today


def latest_overdue_date(article: Article, today: date) -> date | None:
    """Return the last date on which a source or label became overdue, or None.

    On that date the page changed, although nobody changed the article.
    """
    days = [row.review_by for row in article.sources.all() if row.review_by]
    texts = [*article.marked_texts, *(row.answer for row in article.faqs.all())]
    past = [day for day in (*days, *find_review_dates(*texts)) if day < today]
    return max(past) + timedelta(days=1) if past else None


def render_page_body(html: str) -> RenderedArticle:
    """Render the body of a policy page, which has no sources."""
    text = _MarkRenderer({})
    body = text.render_blocks(html)
    return RenderedArticle([], body, [], [], text.table_of_contents, [], [])


def render_inline(html: str) -> SafeString:
    """Render a single line, such as the meaning of a term, without references."""
    return _MarkRenderer({}).render_inline(html)


class _MarkRenderer:
    """Renders marks, and collects headings, used labels and references."""

    def __init__(self, sources: Mapping[str, NumberedSource], today: date = date.min) -> None:
        self.sources = sources
        self.today = today
        self.table_of_contents: list[tuple[str, str]] = []
        self.used_labels: set[str] = set()

    def render_inline(self, html: str) -> SafeString:
        return self._replace_marks(clean_inline_html(html))

    def render_blocks(self, html: str) -> SafeString:
        cleaned = TABLE_PATTERN.sub(_wrap_table, clean_html(html))
        cleaned = CALLOUT_MARK.sub(r'<div class="callout callout-\1">', cleaned)
        cleaned = render_images(cleaned)
        return self._replace_marks(HEADING_PATTERN.sub(self._heading, cleaned))

    def _replace_marks(self, html: str) -> SafeString:
        for pattern, replacement in self._replacements():
            html = pattern.sub(replacement, html)
        return mark_safe(html)  # noqa: S308  # cleaned above; what is put in is escaped

    def _replacements(
        self,
    ) -> list[tuple["re.Pattern[str]", Callable[["re.Match[str]"], str]]]:
        return [
            (EXTERNAL_LINK, lambda match: f'<a href="{match[1]}" rel="external">'),
            (REFERENCE_WITH_SPACE, self._reference),
            (EVIDENCE_MARK, self._label),
            (REFUTED_MARK, _render_refuted),
            (TERM_MARK, _render_term),
        ]

    def _heading(self, match: "re.Match[str]") -> str:
        words = plain_text(REFERENCE_WITH_SPACE.sub("", match[1]))
        anchor = slugify(words)[:60].strip("-") or "part"
        names = RESERVED_IDS | {name for name, _words in self.table_of_contents}
        while anchor in names:
            anchor += "-2"
        self.table_of_contents.append((anchor, words))
        return f'<h2 id="{anchor}">{match[1]}</h2>'

    def _reference(self, match: "re.Match[str]") -> str:
        links = [self._link(self.sources[key]) for key in match[1].split() if key in self.sources]
        return f'<sup class="refs">{" ".join(links)}</sup>' if links else ""

    def _link(self, numbered: NumberedSource) -> str:
        reference_id = f"ref-{numbered.number}-{len(numbered.reference_ids) + 1}"
        numbered.reference_ids.append(reference_id)
        return format_html(
            '<a id="{}" href="#source-{}"><span class="visually-hidden">{} </span>{}</a>',
            reference_id, numbered.number, _("Source"), numbered.number,
        )  # fmt: skip

    def _label(self, match: "re.Match[str]") -> str:
        slug, review_by = parse_evidence_mark(match)
        label = evidence_labels().get(slug)
        if label is None:
            return ""
        self.used_labels.add(label.slug)
        badge = _recheck_badge() if is_overdue(review_by, self.today) else ""
        return badge + format_html(
            '<button type="button" class="ask" popovertarget="label-{}">'
            '<span class="label label-{}">{}</span>'
            '<span class="visually-hidden">. {}</span></button>',
            label.slug, label.letter, label.display_name, _("What does this mean?"),
        )  # fmt: skip


def _wrap_table(match: "re.Match[str]") -> str:
    """Wrap a table so that it can be scrolled sideways, also by keyboard."""
    name = escape(_("Table"))
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{name}">{match[0]}</div>'
    )


def _recheck_badge() -> SafeString:
    return format_html('<span class="checking">{}</span> ', _("being checked"))


def _render_refuted(match: "re.Match[str]") -> str:
    tag = escape(_("Often claimed, not shown:"))
    return f'<span class="refuted"><strong class="refuted-tag">{tag}</strong> {match[1]}</span>'


def _render_term(match: "re.Match[str]") -> str:
    return f'<a class="term" href="{reverse("glossary")}#{match[1]}">{match[2]}</a>'
