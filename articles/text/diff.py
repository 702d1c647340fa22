"""Two texts side by side, and two people's changes brought together. Pure functions.

A text falls into parts (title, text, questions...). What is compared is what people read: plain
words, with marks in brackets, never markup.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.inputs import ArticleText, Question, Reference
from articles.text.evidence_labels import labels
from articles.text.html_blocks import blocks
from articles.text.marks import EVIDENCE, IMAGE, REFUTED, SOURCES, evidence_in
from clinic.lib.text.rich_text import plain_text

WORDS = re.compile(r"\w+|[^\w\s]|\s+")
ALIKE = 0.4
MOST_COMPARED = 4000
MOST_LOOKED_AT = 200
"""Words of one line: to compare them, and to see whether two lines are the same one changed."""

LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
LEVELS = {"h2": "## ", "h3": "### ", "h4": "#### ", "li": "• "}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; whether only one side has them."""

    words: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of both sides; an empty side has no such line."""

    old: Sequence[Piece]
    new: Sequence[Piece]

    @property
    def changed(self) -> bool:
        return any(piece.changed for piece in (*self.old, *self.new))


@dataclass(frozen=True, slots=True)
class PartChange:
    """What changed in one part."""

    name: str
    label: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text: the fields that go together, and the lines in which it is read."""

    label: Any
    fields: Sequence[str]
    lines: Callable[[ArticleText], list[str]]


def compare(old: ArticleText, new: ArticleText) -> list[PartChange]:
    """The parts that differ, each line by line."""
    return [
        PartChange(name, str(part.label), _lines(part.lines(old), part.lines(new)))
        for name, part in PARTS.items()
        if _differs(part, old, new)
    ]


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of two people's changes: their parts, and those that both changed."""

    text: ArticleText
    theirs: Sequence[str]
    contested: Sequence[str]


def merge(base: ArticleText, theirs: ArticleText, mine: ArticleText) -> Merged:
    """What only they changed is taken over; what both changed stays mine until somebody chooses."""
    taken: list[str] = []
    contested: list[str] = []
    for name, part in PARTS.items():
        if not _differs(part, base, theirs) or not _differs(part, theirs, mine):
            continue
        (contested if _differs(part, base, mine) else taken).append(name)
    return Merged(take(mine, theirs, taken), taken, contested)


def take(mine: ArticleText, theirs: ArticleText, names: Sequence[str]) -> ArticleText:
    """My text with some of their parts."""
    fields = [field for name in names if name in PARTS for field in PARTS[name].fields]
    return replace(mine, **{field: getattr(theirs, field) for field in fields})


def _differs(part: Part, one: ArticleText, other: ArticleText) -> bool:
    return any(getattr(one, field) != getattr(other, field) for field in part.fields)


def _lines(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Lines that are the same stand beside each other, and so do those that are alike."""
    found: list[Line] = []
    matcher = SequenceMatcher(None, old, new)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += [Line([Piece(one)], [Piece(one)]) for one in old[a:b]]
        else:
            found += _replaced(list(old[a:b]), list(new[c:d]))
    return found


def _replaced(old: list[str], new: list[str]) -> Iterator[Line]:
    while old or new:
        one, other = old[:1], new[:1]
        if one and other and not _alike(one[0], other[0]):
            if len(old) >= len(new):
                other = []
            else:
                one = []
        del old[: len(one)], new[: len(other)]
        yield _words(one[0] if one else "", other[0] if other else "")


def _alike(one: str, other: str) -> bool:
    first, second = (WORDS.findall(line)[:MOST_LOOKED_AT] for line in (one, other))
    return SequenceMatcher(None, first, second).ratio() >= ALIKE


def _words(old: str, new: str) -> Line:
    before, after = WORDS.findall(old), WORDS.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    if max(len(before), len(after)) > MOST_COMPARED:
        return Line(*([Piece(side, changed=True)] if side else [] for side in (old, new)))
    matcher = SequenceMatcher(None, before, after)
    for tag, a, b, c, d in matcher.get_opcodes():
        if b > a:
            left.append(Piece("".join(before[a:b]), tag != "equal"))
        if d > c:
            right.append(Piece("".join(after[c:d]), tag != "equal"))
    return Line(left, right)


def readable(html: str) -> str:
    """One block in words, with its marks in brackets."""
    html = SOURCES.sub(lambda found: f" [{found[1].replace(' ', ', ')}]", html)
    html = EVIDENCE.sub(_label, html)
    html = REFUTED.sub(lambda found: f"[{_('refuted')}: {found[1]}]", html)
    html = IMAGE.sub(lambda found: f"[{_('picture')} {found[1][:8]}: {found[2] or ''}]", html)
    html = LINK.sub(lambda found: f"{found[2]} ({found[1]})", html)
    return plain_text(html)


def _label(found: "re.Match[str]") -> str:
    slug, day = evidence_in(found)
    words = labels()[slug].words if slug in labels() else slug
    return f" [{words}, {day.isoformat()}]" if day else f" [{words}]"


def _body(text: ArticleText) -> list[str]:
    html = IMAGE.sub(lambda found: f"<p>{found[0]}</p>", text.body)
    return [LEVELS.get(block.tag, "") + readable(block.html) for block in blocks(html)]


def _question(one: Question) -> list[str]:
    return [one.question, readable(one.answer)]


def _source(one: Reference) -> str:
    link = one.doi or one.url
    day = one.review_by.isoformat() if one.review_by else ""
    return " · ".join(filter(None, [f"[{one.key}]", one.citation, link, one.kind, day]))


def _plain(field: str) -> Callable[[ArticleText], list[str]]:
    return lambda text: [value] if (value := str(getattr(text, field))) else []


def _each(field: str) -> Callable[[ArticleText], list[str]]:
    return lambda text: [readable(line) for line in getattr(text, field)]


PARTS: Mapping[str, Part] = {
    "title": Part(gettext_lazy("Title"), ["title"], _plain("title")),
    "slug": Part(gettext_lazy("Address"), ["slug"], _plain("slug")),
    "description": Part(gettext_lazy("For search engines"), ["description"], _plain("description")),
    "excerpt": Part(gettext_lazy("In lists"), ["excerpt"], _plain("excerpt")),
    "summary": Part(gettext_lazy("In short"), ["summary"], _each("summary")),
    "body": Part(gettext_lazy("Text"), ["body"], _body),
    "medical_help": Part(
        gettext_lazy("When to get medical help"), ["medical_help"], _each("medical_help")
    ),
    "questions": Part(
        gettext_lazy("Questions"),
        ["questions"],
        lambda text: [line for one in text.questions for line in _question(one)],
    ),
    "sources": Part(
        gettext_lazy("Sources"), ["sources"], lambda text: [_source(one) for one in text.sources]
    ),
    "drawing": Part(
        gettext_lazy("Drawing"),
        ["image", "image_alt", "image_caption"],
        lambda text: list(filter(None, [text.image, text.image_alt, text.image_caption])),
    ),
    "topics": Part(gettext_lazy("Topics"), ["topics"], _each("topics")),
    "treatments": Part(gettext_lazy("Treatments"), ["treatments"], _each("treatments")),
    "offers_booking": Part(
        gettext_lazy("Ends with treatments to book"),
        ["offers_booking"],
        lambda text: [_("Yes") if text.offers_booking else _("No")],
    ),
}
"""Every field of an ArticleText belongs to one part."""
