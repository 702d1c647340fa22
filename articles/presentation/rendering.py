"""From what is stored to what readers see: marks become references, labels and links.

Everything is cleaned by the allowlist once more before it is shown.
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
from articles.presentation.responsive_images import show_figures
from articles.text.evidence_labels import Label, labels
from articles.text.marks import (
    EVIDENCE,
    REFUTED,
    SOURCES,
    TERM,
    clean,
    clean_inline,
    evidence_in,
    review_days,
)
from clinic.lib.text.rich_text import plain_text

HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
CALLOUT = re.compile(r'<div data-callout="(note|care)">')
ELSEWHERE = re.compile(r'<a href="(https?://[^"]*)">')
REFERENCE = re.compile(rf"\s*{SOURCES.pattern}")
TAKEN = {
    "main", "in-short", "contents", "medical-help", "questions", "book", "sources", "labels",
    "about", "comments", "related",
}  # fmt: skip
"""Names that the page itself gives to its parts."""


@dataclass
class Mentioned:
    """A source with its number, and the places in the text that refer to it."""

    source: Source
    number: int
    places: list[str] = field(default_factory=list)
    overdue: bool = False
    """Whether it is time to look at it again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, ready to be shown."""

    anchor: str
    question: str
    answer: SafeString


@dataclass
class Presented:
    """An article's texts, ready to be shown; made in the order in which the page has them."""

    summary: list[SafeString]
    body: SafeString
    medical_help: list[SafeString]
    questions: list[Answered]
    contents: list[tuple[str, str]]
    sources: list[Mentioned]
    labels: list[Label]


def present(article: Article, today: date = date.min) -> Presented:
    """Everything on the page of an article that carries marks, as of a day. The article comes
    with its questions and sources; one query more where its text shows images."""
    sources = {
        one.key: Mentioned(one, n, overdue=is_overdue(one.review_by, today))
        for n, one in enumerate(article.sources.all(), 1)
    }
    text = _Text(sources, today)
    return Presented(
        summary=[text.line(point) for point in article.summary],
        body=text.blocks(article.body),
        medical_help=[text.line(line) for line in article.medical_help],
        questions=[
            Answered(f"faq-{one.anchor}", one.question, text.line(one.answer))
            for one in article.faqs.all()
        ],
        contents=text.contents,
        sources=list(text.sources.values()),
        labels=[label for label in labels().values() if label.slug in text.used],
    )


def is_overdue(review_by: date | None, today: date) -> bool:
    """Whether something should have been looked at again before today."""
    return review_by is not None and review_by < today


def fell_due(article: Article, today: date) -> date | None:
    """The last day on which something of it became overdue, which changes its page by itself."""
    days = [one.review_by for one in article.sources.all() if one.review_by]
    texts = [*article.texts, *(one.answer for one in article.faqs.all())]
    past = [day for day in (*days, *review_days(*texts)) if day < today]
    return max(past) + timedelta(days=1) if past else None


def present_text(html: str) -> Presented:
    """A text without sources of its own: a page about how we work."""
    text = _Text({})
    body = text.blocks(html)
    return Presented([], body, [], [], text.contents, [], [])


def present_line(html: str) -> SafeString:
    """One line on its own, such as the meaning of a word; references are left out."""
    return _Text({}).line(html)


class _Text:
    """Turns marks into markup and remembers what it met on the way."""

    def __init__(self, sources: Mapping[str, Mentioned], today: date = date.min) -> None:
        self.sources = sources
        self.today = today
        self.contents: list[tuple[str, str]] = []
        self.used: set[str] = set()

    def line(self, html: str) -> SafeString:
        return self._marks(clean_inline(html))

    def blocks(self, html: str) -> SafeString:
        cleaned = TABLE.sub(_table, clean(html))
        cleaned = CALLOUT.sub(r'<div class="callout callout-\1">', cleaned)
        cleaned = show_figures(cleaned)
        return self._marks(HEADING.sub(self._heading, cleaned))

    def _marks(self, html: str) -> SafeString:
        for pattern, replacement in self._replacements():
            html = pattern.sub(replacement, html)
        return mark_safe(html)  # noqa: S308  # cleaned above; what is put in is escaped

    def _replacements(
        self,
    ) -> list[tuple["re.Pattern[str]", Callable[["re.Match[str]"], str]]]:
        return [
            (ELSEWHERE, lambda found: f'<a href="{found[1]}" rel="external">'),
            (REFERENCE, self._reference),
            (EVIDENCE, self._label),
            (REFUTED, _refuted),
            (TERM, _term),
        ]

    def _heading(self, found: "re.Match[str]") -> str:
        words = plain_text(REFERENCE.sub("", found[1]))
        anchor = slugify(words)[:60].strip("-") or "part"
        names = TAKEN | {name for name, _words in self.contents}
        while anchor in names:
            anchor += "-2"
        self.contents.append((anchor, words))
        return f'<h2 id="{anchor}">{found[1]}</h2>'

    def _reference(self, found: "re.Match[str]") -> str:
        links = [self._link(self.sources[key]) for key in found[1].split() if key in self.sources]
        return f'<sup class="refs">{" ".join(links)}</sup>' if links else ""

    def _link(self, one: Mentioned) -> str:
        place = f"ref-{one.number}-{len(one.places) + 1}"
        one.places.append(place)
        return format_html(
            '<a id="{}" href="#source-{}"><span class="visually-hidden">{} </span>{}</a>',
            place, one.number, _("Source"), one.number,
        )  # fmt: skip

    def _label(self, found: "re.Match[str]") -> str:
        slug, review_by = evidence_in(found)
        label = labels().get(slug)
        if label is None:
            return ""
        self.used.add(label.slug)
        checking = _checking() if is_overdue(review_by, self.today) else ""
        return checking + format_html(
            '<button type="button" class="ask" popovertarget="label-{}">'
            '<span class="label label-{}">{}</span>'
            '<span class="visually-hidden">. {}</span></button>',
            label.slug, label.letter, label.words, _("What does this mean?"),
        )  # fmt: skip


def _table(found: "re.Match[str]") -> str:
    """Wide tables scroll by themselves, also by keyboard."""
    name = escape(_("Table"))
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{name}">{found[0]}</div>'
    )


def _checking() -> SafeString:
    return format_html('<span class="checking">{}</span> ', _("being checked"))


def _refuted(found: "re.Match[str]") -> str:
    said = escape(_("Often claimed, not shown:"))
    return f'<span class="refuted"><strong class="refuted-tag">{said}</strong> {found[1]}</span>'


def _term(found: "re.Match[str]") -> str:
    return f'<a class="term" href="{reverse("glossary")}#{found[1]}">{found[2]}</a>'
