"""What both ways of searching share: how a passage is marked, and when two words are alike."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

HIGHLIGHT_START, HIGHLIGHT_END = "\x02", "\x03"
"""Around a word that was found, until the passage is escaped: no text holds these."""

MIN_SIMILARITY = 0.34
MIN_WORD_LENGTH = 4
MIN_PREFIX_LENGTH = 3
"""So many letters of the last word may be the beginning of a longer one."""


class MatchFunction(Protocol):
    """Article ids with a passage each, the best first."""

    def __call__(
        self, words: Sequence[str], match_all: bool, limit: int
    ) -> Iterable[tuple[int, str]]: ...


def most_similar_word(word: str, known: Collection[str]) -> str:
    """The known word that shares most trigrams with a word; empty if none is like it.

    As PostgreSQL's pg_trgm counts: similarity is what two words share of what both have.
    """
    own = _trigrams(word)
    scored = (
        (len(own & other) / len(own | other), candidate)
        for candidate in known
        if len(candidate) >= MIN_WORD_LENGTH
        for other in (_trigrams(candidate),)
    )
    score, best = max(scored, key=lambda one: (one[0], -len(one[1]), one[1]), default=(0.0, ""))
    return best if score >= MIN_SIMILARITY else ""


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
