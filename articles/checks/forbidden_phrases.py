"""Find phrases that articles must not contain, as listed in content/do-not-write.toml."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from articles.text.evidence_labels import CONTENT_DIR

MAX_CHUNK_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class ForbiddenPhrase:
    """A forbidden pattern, the reason, and whether a refuted claim may contain it."""

    pattern: "re.Pattern[str]"
    why: str
    allowed_in_refuted: bool


@cache
def forbidden_phrases() -> Sequence[ForbiddenPhrase]:
    """Return the list in the order of the file."""
    rows = tomllib.loads((CONTENT_DIR / "do-not-write.toml").read_text("utf-8"))["phrase"]
    return [
        ForbiddenPhrase(
            re.compile(row["pattern"], re.IGNORECASE),
            row["why"],
            row.get("allowed_in_refuted", False),
        )
        for row in rows
    ]


def find_forbidden_phrases(words: str, unrefuted: str) -> list[tuple[ForbiddenPhrase, str]]:
    """Return the forbidden phrases in a plain text, each with the words that match.

    `unrefuted` is the same text without the claims that it refutes.
    """
    matches = []
    everything, unquoted = _split_into_chunks(words), _split_into_chunks(unrefuted)
    for phrase in forbidden_phrases():
        pieces = unquoted if phrase.allowed_in_refuted else everything
        match = next(filter(None, map(phrase.pattern.search, pieces)), None)
        if match is not None:
            matches.append((phrase, match[0]))
    return matches


def _split_into_chunks(words: str) -> list[str]:
    """Split a text at ends of sentences into chunks of at most MAX_CHUNK_LENGTH characters.

    Patterns look ahead to the end of a sentence, which would be slow in one long text.
    """
    pieces, start = [], 0
    while start < len(words):
        end = words.rfind(". ", start, start + MAX_CHUNK_LENGTH) + 1
        end = end if end > start else start + MAX_CHUNK_LENGTH
        pieces.append(words[start:end])
        start = end
    return pieces
