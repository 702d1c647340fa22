"""Run all checks, and turn what they find into issues for the editor."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from articles.checks.claims import find_unsupported_claims, find_unsupported_table_rows
from articles.checks.forbidden_phrases import find_forbidden_phrases
from articles.checks.images import find_figure_problems
from articles.checks.issue import TextIssue
from articles.checks.links import find_broken_links
from articles.checks.readability import (
    AGE_AT_GRADE_0,
    MAX_GRADE,
    MAX_SENTENCE_WORDS,
    find_long_sentences,
    reading_age,
    reading_grade,
    spoken_text,
)
from articles.inputs import ArticleText
from articles.text.evidence_labels import evidence_labels
from articles.text.html_blocks import iter_blocks, strip_refuted_claims
from articles.text.marks import EVIDENCE_MARK, find_source_keys, parse_evidence_mark
from articles.text.source_order import fragments_with_marks
from clinic.lib.text.rich_text import plain_text

MAX_EXCERPT_LENGTH = 120
MAX_ISSUES_PER_CHECK = 5
REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"

CheckFunction = Callable[[ArticleText, date], Iterator[TextIssue]]


def check_text(text: ArticleText, today: date) -> list[TextIssue]:
    """Return the issues of a cleaned text, those that block publication first.

    `today` is the clinic's date, for sources and labels that are overdue for review.
    """
    issues = [issue for check in CHECKS for issue in _limit(check(text, today))]
    return sorted(issues, key=lambda issue: not issue.blocks_publication)


def _limit(issues: Iterator[TextIssue]) -> Sequence[TextIssue]:
    return [issue for issue, _ in zip(issues, range(MAX_ISSUES_PER_CHECK), strict=False)]


def _fields_with_text(text: ArticleText) -> Iterator[tuple[str, str]]:
    """Yield every text that readers see, with the name of its form field."""
    yield from (
        ("title", text.title), ("description", text.description), ("excerpt", text.excerpt),
        ("image_alt", text.image_alt), ("image_caption", text.image_caption),
    )  # fmt: skip
    yield from (("summary", point) for point in text.summary)
    yield "body", text.body
    yield from (("medical_help", line) for line in text.medical_help)
    for question in text.questions:
        yield from (("faq", question.question), ("faq", question.answer))


def _check_missing(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    if not plain_text(text.body):
        yield TextIssue("body", _("There is no text yet."), blocks_publication=True)
    if len(text.summary) != 3:
        yield TextIssue("summary", _("“In short” is best as three points."))
    if not text.medical_help:
        message = _("Say when to get medical help: readers look for it on every page.")
        yield TextIssue("medical_help", message)
    if not text.topics:
        yield TextIssue("topics", _("Choose a topic, so that readers can find it."))


def _check_unreadable(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    for field, html in _fields_with_text(text):
        if REPLACEMENT_CHARACTER in html:
            message = _("Some letters could not be read. Please type them again.")
            yield TextIssue(
                field,
                message,
                _excerpt_around(html, REPLACEMENT_CHARACTER),
                blocks_publication=True,
            )


def _check_reading_age(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    spoken = spoken_text(text.body, *(question.answer for question in text.questions))
    if reading_grade(spoken) > MAX_GRADE:
        message = _(
            "It reads at an age of about %(age)s. Aim for %(aim)s at most: shorter sentences, "
            "shorter words."
        )
        aim = round(MAX_GRADE) + AGE_AT_GRADE_0
        yield TextIssue("body", message % {"age": reading_age(spoken), "aim": aim})
    for sentence in find_long_sentences(spoken):
        message = _("This sentence has more than %(most)s words. Can it be two?")
        yield TextIssue("body", message % {"most": MAX_SENTENCE_WORDS}, _truncate(sentence))


def _check_headings(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    levels = [("h1", "")] + [
        (block.tag, block.text)
        for block in iter_blocks(text.body)
        if block.tag in ("h2", "h3", "h4")
    ]
    for (above, _words), (below, words) in pairwise(levels):
        if int(below[1]) > int(above[1]) + 1:
            message = _("This heading skips a level. Use the next smaller one.")
            yield TextIssue("body", message, _truncate(words), blocks_publication=True)


def _check_images(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    if text.image and not text.image_alt:
        yield TextIssue(
            "image_alt", _("Please say what the drawing shows."), blocks_publication=True
        )
    if text.image and not text.image_caption:
        yield TextIssue(
            "image_caption", _("Please give the drawing a caption."), blocks_publication=True
        )
    for sentence in find_figure_problems(text.body):
        yield TextIssue("body", sentence, blocks_publication=True)


def _check_claims(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    message = _("This says that something helps. Add how sure we are (a label) and a source.")
    for field, html in _fields_with_text(text):
        for claim in (*find_unsupported_claims(html), *find_unsupported_table_rows(html)):
            yield TextIssue(field, message, _truncate(claim), blocks_publication=True)


def _check_phrases(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    for field, html in _fields_with_text(text):
        for phrase, words in find_forbidden_phrases(
            plain_text(html), plain_text(strip_refuted_claims(html))
        ):
            yield TextIssue(field, phrase.why, _truncate(words), blocks_publication=True)


def _check_sources(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    cited_keys, source_keys = (
        find_source_keys(*fragments_with_marks(text)),
        [source.key for source in text.sources],
    )
    for key in cited_keys:
        if key not in source_keys:
            message = _("The text refers to a source that is not in the list.")
            yield TextIssue("source", message, key, blocks_publication=True)
    for source in text.sources:
        if source.key not in cited_keys:
            message = _("Nothing in the text refers to this source.")
            yield TextIssue("source", message, _truncate(source.citation))
        if not (source.doi or source.url):
            message = _("This source has neither a DOI nor an address, so nobody can look it up.")
            yield TextIssue("source", message, _truncate(source.citation))


def _check_labels(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    for field, html in _fields_with_text(text):
        for match in EVIDENCE_MARK.finditer(html):
            if match["label"] not in evidence_labels():
                message = _("There is no evidence label of that name.")
                yield TextIssue(field, message, match["label"], blocks_publication=True)


def _check_links(text: ArticleText, _today: date) -> Iterator[TextIssue]:
    for field, html in _fields_with_text(text):
        for address in find_broken_links(html):
            message = _("This link leads nowhere: the address cannot be read, or is not allowed.")
            yield TextIssue(field, message, _truncate(address), blocks_publication=True)


def _check_overdue(text: ArticleText, today: date) -> Iterator[TextIssue]:
    for source in text.sources:
        if source.review_by and source.review_by < today:
            message = _("It is time to look at this source again. Readers see “being checked”.")
            yield TextIssue("source", message, _truncate(source.citation))
    for field, html in _fields_with_text(text):
        for match in EVIDENCE_MARK.finditer(html):
            label, day = parse_evidence_mark(match)
            if day and day < today:
                message = _("It is time to look at this label again. Readers see “being checked”.")
                words = (
                    evidence_labels()[label].display_name if label in evidence_labels() else label
                )
                yield TextIssue(field, message, words)


def _excerpt_around(text: str, sign: str) -> str:
    words = plain_text(text)
    at = words.find(sign)
    return _truncate(words[max(0, at - 30) :])


def _truncate(words: str) -> str:
    return words if len(words) <= MAX_EXCERPT_LENGTH else words[:MAX_EXCERPT_LENGTH].rstrip() + "…"


CHECKS: tuple[CheckFunction, ...] = (
    _check_missing, _check_unreadable, _check_phrases, _check_claims, _check_labels,
    _check_sources, _check_headings, _check_images, _check_links,
    _check_reading_age, _check_overdue,
)  # fmt: skip
"""Checks of every article, in the order of the form."""
