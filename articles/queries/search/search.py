"""Searching the articles: one function, on PostgreSQL (full text, trigrams) and SQLite (FTS5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
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
MAX_WORDS, MAX_RESULTS = 10, 50
MAX_WORD_LENGTH = 40
MAX_TRANSPOSED_LENGTH = 7
MATCH_BY_VENDOR = {"postgresql": postgresql.match_entries, "sqlite": sqlite.match_entries}


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article, and the passage that the words stand in, with the words marked."""

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


def search_articles(text: str, now: datetime) -> SearchResults:
    """The articles that readers may see and that have all the words; else words spelt like
    them; else some of the words. Two queries for what is found as it was written."""
    words = _split_query(text)
    if hits := _find_hits(words, now, match_all=True):
        return SearchResults(hits)
    corrected = [_correct_word(word, now) for word in words]
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
    """What a reader can have meant: words, each once. Operators and quotes mean nothing here."""
    found = (word[:MAX_WORD_LENGTH].lower() for word in WORD_PATTERN.findall(text))
    return list(dict.fromkeys(found))[:MAX_WORDS]


def _find_hits(words: Sequence[str], now: datetime, *, match_all: bool) -> list[SearchHit]:
    if not words:
        return []
    match: MatchFunction = MATCH_BY_VENDOR[connection.vendor]
    passages = dict(match(words, match_all, MAX_RESULTS))
    if not passages:
        return []
    rows = {row.pk: row for row in list_articles(now).filter(pk__in=passages)}
    return [SearchHit(rows[pk], _highlight(passages[pk])) for pk in passages if pk in rows]


def _correct_word(word: str, now: datetime) -> str:
    """The word itself if it is found anywhere, else the one most like it that is."""
    for candidate in (word, *_transpose_letters(word)):
        if _find_hits([candidate], now, match_all=True):
            return candidate
    entries = SearchEntry.objects.filter(article__in=Article.objects.visible(now))
    if connection.vendor == "postgresql":
        return postgresql.most_similar_word(word, entries) or word
    texts = entries.values_list("title", "lead", "body")
    known = {found.lower() for row in texts for text in row for found in WORD_PATTERN.findall(text)}
    return most_similar_word(word, known) or word


def _transpose_letters(word: str) -> list[str]:
    """The word with two neighbours the other way round: too far apart for trigrams if short."""
    if len(word) > MAX_TRANSPOSED_LENGTH:
        return []
    pairs = range(len(word) - 1)
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs]


def _highlight(passage: str) -> SafeString:
    """Escaped, with the words that were looked for inside <mark>."""
    marked = escape(passage).replace(HIGHLIGHT_START, "<mark>").replace(HIGHLIGHT_END, "</mark>")
    return mark_safe(marked)  # noqa: S308  # escaped above
