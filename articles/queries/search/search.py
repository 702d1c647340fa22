"""Search the articles, with PostgreSQL (full text, trigrams) or SQLite (FTS5)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import caches
from django.db import connection
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, SearchEntry
from articles.queries.published import list_articles
from articles.queries.search import postgresql, sqlite
from articles.queries.search.words import (
    HIGHLIGHT_END,
    HIGHLIGHT_START,
    MatchFunction,
    most_similar_word,
)

WORD_PATTERN = re.compile(r"[^\W_]+")
MAX_WORDS, MAX_RESULTS = 8, 50
MAX_CORRECTED_WORDS = 3
"""Only the first unknown words are corrected, since finding similar ones is slow."""
KNOWN_WORDS_SECONDS = 60
MAX_WORD_LENGTH = 40
MAX_TRANSPOSED_LENGTH = 7
MATCH_BY_VENDOR = {"postgresql": postgresql.match_entries, "sqlite": sqlite.match_entries}


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article that was found, with the passage that contains the words, in <mark>."""

    article: Article
    excerpt: SafeString


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The articles found for a query.

    `corrected_query` is the query that was used instead, if the words as typed are in no article;
    `is_partial` means that no article has all of the words.
    """

    hits: Sequence[SearchHit]
    corrected_query: str = ""
    is_partial: bool = False


def search_articles(
    text: str, now: datetime, *, before_correcting: Callable[[], None] = lambda: None
) -> SearchResults:
    """Return the visible articles that contain all words of a query.

    If there are none, those with similar words, and then those with some of the words. Two queries
    if the words are found as typed. `before_correcting` is called before the slow part, and may
    raise.
    """
    words = _split_query(text)
    if not words:
        return SearchResults([])
    if hits := _find_hits(words, now, match_all=True):
        return SearchResults(hits)
    before_correcting()
    corrected = _correct_words(words, now)
    if corrected != words and (hits := _find_hits(corrected, now, match_all=True)):
        return SearchResults(hits, corrected_query=" ".join(corrected))
    corrected_query = " ".join(corrected) if corrected != words else ""
    hits = _find_hits(corrected, now, match_all=False)
    return SearchResults(
        hits,
        corrected_query=corrected_query if hits else "",
        is_partial=bool(hits) and len(words) > 1,
    )


def _split_query(text: str) -> list[str]:
    """Split a query into distinct words. Operators and quotes have no meaning."""
    words = (word[:MAX_WORD_LENGTH].lower() for word in WORD_PATTERN.findall(text))
    return list(dict.fromkeys(words))[:MAX_WORDS]


def _find_hits(words: Sequence[str], now: datetime, *, match_all: bool) -> list[SearchHit]:
    if not words:
        return []
    match: MatchFunction = MATCH_BY_VENDOR[connection.vendor]
    passages = dict(match(words, match_all, MAX_RESULTS))
    if not passages:
        return []
    rows = {row.pk: row for row in list_articles(now).filter(pk__in=passages)}
    return [SearchHit(rows[pk], _highlight(passages[pk])) for pk in passages if pk in rows]


def _correct_words(words: Sequence[str], now: datetime) -> list[str]:
    """Return the words; the first MAX_CORRECTED_WORDS unknown ones are replaced by similar ones."""
    unknown = [word for word in words if not _find_hits([word], now, match_all=True)]
    known = {word: _correct_word(word, now) for word in unknown[:MAX_CORRECTED_WORDS]}
    return [known.get(word, word) for word in words]


def _correct_word(word: str, now: datetime) -> str:
    """Return the most similar word of any article, or `word` itself if there is none."""
    for candidate in _transpose_letters(word):
        if _find_hits([candidate], now, match_all=True):
            return candidate
    entries = SearchEntry.objects.filter(article__in=Article.objects.visible(now))
    if connection.vendor == "postgresql":
        return postgresql.most_similar_word(word, entries) or word
    return most_similar_word(word, _known_words(entries)) or word


def _known_words(entries: QuerySet[SearchEntry]) -> frozenset[str]:
    """Return the words of all articles. Each process caches them for KNOWN_WORDS_SECONDS."""
    cache, key = caches["pages"], "known-words"
    known: frozenset[str] | None = cache.get(key)
    if known is None:
        texts = entries.values_list("title", "lead", "body")
        known = frozenset(
            match.lower() for row in texts for text in row for match in WORD_PATTERN.findall(text)
        )
        cache.set(key, known, KNOWN_WORDS_SECONDS)
    return known


def _transpose_letters(word: str) -> list[str]:
    """Return the word with each pair of neighboring letters swapped.

    Only for short words, in which a swap leaves too few common trigrams.
    """
    if len(word) > MAX_TRANSPOSED_LENGTH:
        return []
    pairs = range(len(word) - 1)
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs]


def _highlight(passage: str) -> SafeString:
    """Escape a passage and put the matching words inside <mark>."""
    marked = escape(passage).replace(HIGHLIGHT_START, "<mark>").replace(HIGHLIGHT_END, "</mark>")
    return mark_safe(marked)  # noqa: S308  # escaped above
