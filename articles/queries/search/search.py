"""Searching the articles: one function, on PostgreSQL (full text, trigrams) and SQLite (FTS5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, SearchEntry
from articles.queries.published import listed
from articles.queries.search import postgresql, sqlite
from articles.queries.search.words import BEGIN, END, Match, alike

WORD = re.compile(r"[^\W_]+")
MOST_WORDS, MOST_FOUND = 10, 50
LONGEST_WORD = 40
LONGEST_TO_SWAP = 7
MATCH = {"postgresql": postgresql.match, "sqlite": sqlite.match}


@dataclass(frozen=True, slots=True)
class Hit:
    """An article, and the passage that the words stand in, with the words marked."""

    article: Article
    excerpt: SafeString


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and how: `instead` says which words were looked for if the written ones
    are in no article; `some` that no article has all of them."""

    hits: Sequence[Hit]
    instead: str = ""
    some: bool = False


def search(text: str, now: datetime) -> Found:
    """The articles that readers may see and that have all the words; else words spelt like
    them; else some of the words. Two queries for what is found as it was written."""
    words = _words(text)
    if hits := _hits(words, now, all_of_them=True):
        return Found(hits)
    corrected = [_corrected(word, now) for word in words]
    if corrected != words and (hits := _hits(corrected, now, all_of_them=True)):
        return Found(hits, instead=" ".join(corrected))
    instead = " ".join(corrected) if corrected != words else ""
    hits = _hits(corrected, now, all_of_them=False)
    return Found(hits, instead=instead if hits else "", some=bool(hits) and len(words) > 1)


def _words(text: str) -> list[str]:
    """What a reader can have meant: words, each once. Operators and quotes mean nothing here."""
    found = (word[:LONGEST_WORD].lower() for word in WORD.findall(text))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def _hits(words: Sequence[str], now: datetime, *, all_of_them: bool) -> list[Hit]:
    if not words:
        return []
    match: Match = MATCH[connection.vendor]
    passages = dict(match(words, all_of_them, MOST_FOUND))
    if not passages:
        return []
    rows = {row.pk: row for row in listed(now).filter(pk__in=passages)}
    return [Hit(rows[pk], _marked(passages[pk])) for pk in passages if pk in rows]


def _corrected(word: str, now: datetime) -> str:
    """The word itself if it is found anywhere, else the one most like it that is."""
    for candidate in (word, *_swapped(word)):
        if _hits([candidate], now, all_of_them=True):
            return candidate
    entries = SearchEntry.objects.filter(article__in=Article.objects.visible(now))
    if connection.vendor == "postgresql":
        return postgresql.nearest_word(word, entries) or word
    texts = entries.values_list("title", "lead", "body")
    known = {found.lower() for row in texts for text in row for found in WORD.findall(text)}
    return alike(word, known) or word


def _swapped(word: str) -> list[str]:
    """The word with two neighbours the other way round: too far apart for trigrams if short."""
    if len(word) > LONGEST_TO_SWAP:
        return []
    pairs = range(len(word) - 1)
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs]


def _marked(passage: str) -> SafeString:
    """Escaped, with the words that were looked for inside <mark>."""
    marked = escape(passage).replace(BEGIN, "<mark>").replace(END, "</mark>")
    return mark_safe(marked)  # noqa: S308  # escaped above
