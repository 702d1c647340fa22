"""Words that are spelled similarly: Hofman and Hoffman."""

from collections.abc import Sequence
from itertools import pairwise

MIN_LENGTH, MIN_LENGTH_FOR_TWO = 4, 8


def max_wrong_letters(word: str) -> int:
    """Return how many letters may be wrong: 0 in words of up to 3 or with digits, 1 of 4 to 7, else
    2."""
    if len(word) < MIN_LENGTH or any(letter.isdigit() or letter == "@" for letter in word):
        return 0
    return 1 if len(word) < MIN_LENGTH_FOR_TWO else 2


def has_similar_words(words: Sequence[str], text: str) -> bool:
    """Return whether, for each of the words, the text has one that is spelled similarly.

    Two words of the text may be written as one. A short word must be the beginning of a word.
    """
    present = text.split()
    present += [first + second for first, second in pairwise(present)]
    return all(any(is_similar(word, other) for other in present) for word in words)


def is_similar(word: str, other: str) -> bool:
    """Return whether few enough letters are added, missing, different or swapped."""
    limit = max_wrong_letters(word)
    if not limit:
        return other.startswith(word)
    return abs(len(word) - len(other)) <= limit and _distance(word, other, limit) <= limit


def parts_to_search_for(word: str) -> list[str]:
    """Return parts of a word, at least one of which occurs in every similar word.

    Each wrong letter changes one part, or two if letters are swapped where two parts meet.
    """
    count = 2 * max_wrong_letters(word) + 1
    length, rest = divmod(len(word), count)
    parts, at = [], 0
    for number in range(count):
        end = at + length + (number < rest)
        parts.append(word[at:end])
        at = end
    return parts


def _distance(word: str, other: str, limit: int) -> int:
    """Return how many letters differ (optimal string alignment), or more than `limit`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        row = [at]
        for to, candidate in enumerate(other, 1):
            cost = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (letter != candidate))
            swapped = at > 1 and to > 1 and word[at - 2] == candidate and other[to - 2] == letter
            row.append(min(cost, before[to - 2] + 1) if swapped else cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]
