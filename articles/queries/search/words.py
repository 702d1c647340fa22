"""What both search back ends share: highlight markers, limits, and the similarity of words."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

HIGHLIGHT_START, HIGHLIGHT_END = "\x02", "\x03"
"""Markers around a matching word until the passage is escaped. No text contains them."""

MIN_SIMILARITY = 0.34
MIN_WORD_LENGTH = 4
MIN_PREFIX_LENGTH = 3
"""From this number of letters on, the last word also matches as a prefix."""


class MatchFunction(Protocol):
    """Return up to `limit` pairs of article id and passage, the best first.

    `match_all` asks for all words instead of any.
    """

    def __call__(
        self, words: Sequence[str], match_all: bool, limit: int
    ) -> Iterable[tuple[int, str]]: ...


def most_similar_word(word: str, known: Collection[str]) -> str:
    """Return the known word that shares most trigrams with a word, or an empty string.

    Similarity as in PostgreSQL's pg_trgm: shared trigrams divided by all trigrams of both words.
    """
    own = _trigrams(word)
    scored = (
        (len(own & theirs) / len(own | theirs), candidate)
        for candidate in known
        if len(candidate) >= MIN_WORD_LENGTH
        for theirs in (_trigrams(candidate),)
    )
    score, best = max(scored, key=lambda pair: (pair[0], -len(pair[1]), pair[1]), default=(0.0, ""))
    return best if score >= MIN_SIMILARITY else ""


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
