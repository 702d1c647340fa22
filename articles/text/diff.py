"""Compare two texts section by section, and merge the changes of two editors. Pure functions.

Sections are groups of fields (title, text, questions...). They are compared as plain text, with
marks in brackets.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.inputs import ArticleText, QuestionText, SourceText
from articles.text.evidence_labels import evidence_labels
from articles.text.html_blocks import iter_blocks
from articles.text.marks import (
    EVIDENCE_MARK,
    IMAGE_MARK,
    REFERENCE_MARK,
    REFUTED_MARK,
    parse_evidence_mark,
)
from clinic.lib.text.rich_text import plain_text

TOKEN_PATTERN = re.compile(r"\w+|[^\w\s]|\s+")
MIN_LINE_SIMILARITY = 0.4
MAX_DIFF_TOKENS = 4000
MAX_SIMILARITY_TOKENS = 200
"""Limits of tokens in a line: to mark changed words, and to match changed lines."""

LINK_PATTERN = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
LINE_PREFIXES = {"h2": "## ", "h3": "### ", "h4": "#### ", "li": "• "}


@dataclass(frozen=True, slots=True)
class DiffSegment:
    """A piece of a line. `changed` means that the other side does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of both texts. A side is empty if only the other text has the line."""

    old: Sequence[DiffSegment]
    new: Sequence[DiffSegment]

    @property
    def changed(self) -> bool:
        return any(segment.changed for segment in (*self.old, *self.new))


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """The lines of a section in which two texts differ."""

    name: str
    label: str
    lines: Sequence[DiffLine]


@dataclass(frozen=True, slots=True)
class TextSection:
    """A group of fields, and a function that returns them as lines of plain text."""

    label: Any
    fields: Sequence[str]
    lines: Callable[[ArticleText], list[str]]


def diff_texts(old: ArticleText, new: ArticleText) -> list[SectionDiff]:
    """Return the sections that differ, line by line."""
    return [
        SectionDiff(name, str(section.label), _diff_lines(section.lines(old), section.lines(new)))
        for name, section in TEXT_SECTIONS.items()
        if _section_differs(section, old, new)
    ]


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The merged text, with the names of sections taken from them and of those both changed."""

    text: ArticleText
    accepted: Sequence[str]
    conflicting: Sequence[str]


def merge_texts(base: ArticleText, theirs: ArticleText, mine: ArticleText) -> MergeResult:
    """Merge two revisions that started from `base`, section by section.

    A section that only they changed is accepted; one that both changed is listed as conflicting
    and keeps my version.
    """
    accepted: list[str] = []
    conflicting: list[str] = []
    for name, section in TEXT_SECTIONS.items():
        if not _section_differs(section, base, theirs) or not _section_differs(
            section, theirs, mine
        ):
            continue
        (conflicting if _section_differs(section, base, mine) else accepted).append(name)
    return MergeResult(copy_sections(mine, theirs, accepted), accepted, conflicting)


def copy_sections(mine: ArticleText, theirs: ArticleText, names: Sequence[str]) -> ArticleText:
    """Return my text with the named sections replaced by theirs."""
    fields = [
        field for name in names if name in TEXT_SECTIONS for field in TEXT_SECTIONS[name].fields
    ]
    return replace(mine, **{field: getattr(theirs, field) for field in fields})


def _section_differs(section: TextSection, first: ArticleText, second: ArticleText) -> bool:
    return any(getattr(first, field) != getattr(second, field) for field in section.fields)


def _diff_lines(old: Sequence[str], new: Sequence[str]) -> list[DiffLine]:
    """Align equal and similar lines of two texts."""
    lines: list[DiffLine] = []
    matcher = SequenceMatcher(None, old, new)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            lines += [DiffLine([DiffSegment(line)], [DiffSegment(line)]) for line in old[a:b]]
        else:
            lines += _diff_replaced_lines(list(old[a:b]), list(new[c:d]))
    return lines


def _diff_replaced_lines(old: list[str], new: list[str]) -> Iterator[DiffLine]:
    while old or new:
        first_old, first_new = old[:1], new[:1]
        if first_old and first_new and not _is_similar(first_old[0], first_new[0]):
            if len(old) >= len(new):
                first_new = []
            else:
                first_old = []
        del old[: len(first_old)], new[: len(first_new)]
        yield _diff_words("".join(first_old), "".join(first_new))


def _is_similar(old: str, new: str) -> bool:
    before, after = (TOKEN_PATTERN.findall(line)[:MAX_SIMILARITY_TOKENS] for line in (old, new))
    return SequenceMatcher(None, before, after).ratio() >= MIN_LINE_SIMILARITY


def _diff_words(old: str, new: str) -> DiffLine:
    before, after = TOKEN_PATTERN.findall(old), TOKEN_PATTERN.findall(new)
    left: list[DiffSegment] = []
    right: list[DiffSegment] = []
    if max(len(before), len(after)) > MAX_DIFF_TOKENS:
        return DiffLine(*([DiffSegment(side, changed=True)] if side else [] for side in (old, new)))
    matcher = SequenceMatcher(None, before, after)
    for tag, a, b, c, d in matcher.get_opcodes():
        if b > a:
            left.append(DiffSegment("".join(before[a:b]), tag != "equal"))
        if d > c:
            right.append(DiffSegment("".join(after[c:d]), tag != "equal"))
    return DiffLine(left, right)


def to_readable_text(html: str) -> str:
    """Return a block of HTML as plain text, with its marks in brackets."""
    html = REFERENCE_MARK.sub(lambda match: f" [{match[1].replace(' ', ', ')}]", html)
    html = EVIDENCE_MARK.sub(_describe_evidence, html)
    html = REFUTED_MARK.sub(lambda match: f"[{_('refuted')}: {match[1]}]", html)
    html = IMAGE_MARK.sub(lambda match: f"[{_('picture')} {match[1][:8]}: {match[2] or ''}]", html)
    html = LINK_PATTERN.sub(lambda match: f"{match[2]} ({match[1]})", html)
    return plain_text(html)


def _describe_evidence(match: "re.Match[str]") -> str:
    slug, day = parse_evidence_mark(match)
    words = evidence_labels()[slug].display_name if slug in evidence_labels() else slug
    return f" [{words}, {day.isoformat()}]" if day else f" [{words}]"


def _body_lines(text: ArticleText) -> list[str]:
    html = IMAGE_MARK.sub(lambda match: f"<p>{match[0]}</p>", text.body)
    return [
        LINE_PREFIXES.get(block.tag, "") + to_readable_text(block.html)
        for block in iter_blocks(html)
    ]


def _question_lines(question: QuestionText) -> list[str]:
    return [question.question, to_readable_text(question.answer)]


def _source_line(source: SourceText) -> str:
    link = source.doi or source.url
    day = source.review_by.isoformat() if source.review_by else ""
    return " · ".join(filter(None, [f"[{source.key}]", source.citation, link, source.kind, day]))


def _plain_section(field: str) -> Callable[[ArticleText], list[str]]:
    return lambda text: [value] if (value := str(getattr(text, field))) else []


def _list_section(field: str) -> Callable[[ArticleText], list[str]]:
    return lambda text: [to_readable_text(line) for line in getattr(text, field)]


TEXT_SECTIONS: Mapping[str, TextSection] = {
    "title": TextSection(gettext_lazy("Title"), ["title"], _plain_section("title")),
    "slug": TextSection(gettext_lazy("Address"), ["slug"], _plain_section("slug")),
    "description": TextSection(
        gettext_lazy("For search engines"), ["description"], _plain_section("description")
    ),
    "excerpt": TextSection(gettext_lazy("In lists"), ["excerpt"], _plain_section("excerpt")),
    "summary": TextSection(gettext_lazy("In short"), ["summary"], _list_section("summary")),
    "body": TextSection(gettext_lazy("Text"), ["body"], _body_lines),
    "medical_help": TextSection(
        gettext_lazy("When to get medical help"), ["medical_help"], _list_section("medical_help")
    ),
    "questions": TextSection(
        gettext_lazy("Questions"),
        ["questions"],
        lambda text: [line for question in text.questions for line in _question_lines(question)],
    ),
    "sources": TextSection(
        gettext_lazy("Sources"),
        ["sources"],
        lambda text: [_source_line(source) for source in text.sources],
    ),
    "drawing": TextSection(
        gettext_lazy("Drawing"),
        ["image", "image_alt", "image_caption"],
        lambda text: list(filter(None, [text.image, text.image_alt, text.image_caption])),
    ),
    "topics": TextSection(gettext_lazy("Topics"), ["topics"], _list_section("topics")),
    "treatments": TextSection(
        gettext_lazy("Treatments"), ["treatments"], _list_section("treatments")
    ),
    "offers_booking": TextSection(
        gettext_lazy("Ends with treatments to book"),
        ["offers_booking"],
        lambda text: [_("Yes") if text.offers_booking else _("No")],
    ),
}
"""The sections by name. Every field of ArticleText belongs to exactly one."""
