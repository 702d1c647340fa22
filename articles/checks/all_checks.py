"""All checks, in the order of the form."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from articles.checks.claims import bare_claims, bare_rows
from articles.checks.forbidden_phrases import phrases_in
from articles.checks.images import bare_figures
from articles.checks.issue import Finding
from articles.checks.links import broken_links
from articles.checks.readability import (
    HARDEST_GRADE,
    LONGEST_SENTENCE,
    YEARS_AT_GRADE_0,
    age,
    grade,
    long_sentences,
    prose,
)
from articles.inputs import ArticleText
from articles.text.evidence_labels import labels
from articles.text.html_blocks import blocks, without_refuted
from articles.text.marks import EVIDENCE, evidence_in, sources_named
from articles.text.source_order import everything_marked
from clinic.lib.text.rich_text import plain_text

LONGEST_EXCERPT = 120
MOST_OF_A_KIND = 5
UNREADABLE = "\N{REPLACEMENT CHARACTER}"

Check = Callable[[ArticleText, date], Iterator[Finding]]


def check_text(text: ArticleText, today: date) -> list[Finding]:
    """Everything that an editor should know of a cleaned text; what blocks it comes first."""
    found = [finding for check in CHECKS for finding in _some(check(text, today))]
    return sorted(found, key=lambda finding: not finding.blocks)


def _some(findings: Iterator[Finding]) -> Sequence[Finding]:
    return [finding for finding, _ in zip(findings, range(MOST_OF_A_KIND), strict=False)]


def _parts(text: ArticleText) -> Iterator[tuple[str, str]]:
    """Every text that readers see, with the place of its field."""
    yield from (
        ("title", text.title), ("description", text.description), ("excerpt", text.excerpt),
        ("image_alt", text.image_alt), ("image_caption", text.image_caption),
    )  # fmt: skip
    yield from (("summary", point) for point in text.summary)
    yield "body", text.body
    yield from (("medical_help", line) for line in text.medical_help)
    for one in text.questions:
        yield from (("faq", one.question), ("faq", one.answer))


def _missing(text: ArticleText, _today: date) -> Iterator[Finding]:
    if not plain_text(text.body):
        yield Finding("body", _("There is no text yet."), blocks=True)
    if len(text.summary) != 3:
        yield Finding("summary", _("“In short” is best as three points."))
    if not text.medical_help:
        said = _("Say when to get medical help: readers look for it on every page.")
        yield Finding("medical_help", said)
    if not text.topics:
        yield Finding("topics", _("Choose a topic, so that readers can find it."))


def _unreadable(text: ArticleText, _today: date) -> Iterator[Finding]:
    for place, said in _parts(text):
        if UNREADABLE in said:
            sentence = _("Some letters could not be read. Please type them again.")
            yield Finding(place, sentence, _around(said, UNREADABLE), blocks=True)


def _reading_age(text: ArticleText, _today: date) -> Iterator[Finding]:
    read = prose(text.body, *(one.answer for one in text.questions))
    if grade(read) > HARDEST_GRADE:
        said = _(
            "It reads at an age of about %(age)s. Aim for %(aim)s at most: shorter sentences, "
            "shorter words."
        )
        aim = round(HARDEST_GRADE) + YEARS_AT_GRADE_0
        yield Finding("body", said % {"age": age(read), "aim": aim})
    for sentence in long_sentences(read):
        said = _("This sentence has more than %(most)s words. Can it be two?")
        yield Finding("body", said % {"most": LONGEST_SENTENCE}, _short(sentence))


def _headings(text: ArticleText, _today: date) -> Iterator[Finding]:
    levels = [("h1", "")] + [
        (block.tag, block.words) for block in blocks(text.body) if block.tag in ("h2", "h3", "h4")
    ]
    for (above, _words), (below, words) in pairwise(levels):
        if int(below[1]) > int(above[1]) + 1:
            said = _("This heading skips a level. Use the next smaller one.")
            yield Finding("body", said, _short(words), blocks=True)


def _pictures(text: ArticleText, _today: date) -> Iterator[Finding]:
    if text.image and not text.image_alt:
        yield Finding("image_alt", _("Please say what the drawing shows."), blocks=True)
    if text.image and not text.image_caption:
        yield Finding("image_caption", _("Please give the drawing a caption."), blocks=True)
    for sentence in bare_figures(text.body):
        yield Finding("body", sentence, blocks=True)


def _claims(text: ArticleText, _today: date) -> Iterator[Finding]:
    said = _("This says that something helps. Add how sure we are (a label) and a source.")
    for place, html in _parts(text):
        for claim in (*bare_claims(html), *bare_rows(html)):
            yield Finding(place, said, _short(claim), blocks=True)


def _phrases(text: ArticleText, _today: date) -> Iterator[Finding]:
    for place, html in _parts(text):
        for phrase, words in phrases_in(plain_text(html), plain_text(without_refuted(html))):
            yield Finding(place, phrase.why, _short(words), blocks=True)


def _sources(text: ArticleText, _today: date) -> Iterator[Finding]:
    named, known = sources_named(*everything_marked(text)), [one.key for one in text.sources]
    for key in named:
        if key not in known:
            said = _("The text refers to a source that is not in the list.")
            yield Finding("source", said, key, blocks=True)
    for source in text.sources:
        if source.key not in named:
            said = _("Nothing in the text refers to this source.")
            yield Finding("source", said, _short(source.citation))
        if not (source.doi or source.url):
            said = _("This source has neither a DOI nor an address, so nobody can look it up.")
            yield Finding("source", said, _short(source.citation))


def _labels(text: ArticleText, _today: date) -> Iterator[Finding]:
    for place, html in _parts(text):
        for found in EVIDENCE.finditer(html):
            if found["label"] not in labels():
                said = _("There is no evidence label of that name.")
                yield Finding(place, said, found["label"], blocks=True)


def _links(text: ArticleText, _today: date) -> Iterator[Finding]:
    for place, html in _parts(text):
        for address in broken_links(html):
            said = _("This link leads nowhere: the address cannot be read, or is not allowed.")
            yield Finding(place, said, _short(address), blocks=True)


def _overdue(text: ArticleText, today: date) -> Iterator[Finding]:
    for source in text.sources:
        if source.review_by and source.review_by < today:
            said = _("It is time to look at this source again. Readers see “being checked”.")
            yield Finding("source", said, _short(source.citation))
    for place, html in _parts(text):
        for found in EVIDENCE.finditer(html):
            label, day = evidence_in(found)
            if day and day < today:
                said = _("It is time to look at this label again. Readers see “being checked”.")
                words = labels()[label].words if label in labels() else label
                yield Finding(place, said, words)


def _around(text: str, sign: str) -> str:
    words = plain_text(text)
    at = words.find(sign)
    return _short(words[max(0, at - 30) :])


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_EXCERPT else words[:LONGEST_EXCERPT].rstrip() + "…"


CHECKS: tuple[Check, ...] = (
    _missing, _unreadable, _phrases, _claims, _labels, _sources, _headings, _pictures, _links,
    _reading_age, _overdue,
)  # fmt: skip
"""A line here is a check for everybody."""
