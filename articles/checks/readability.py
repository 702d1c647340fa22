"""How hard a text is to read.

The grade is Flesch-Kincaid's: 0.39 * words / sentences + 11.8 * syllables / words - 15.59
(Kincaid and others, 1975). Grade 6 is read by children of about twelve.
"""

import re

from articles.text.html_blocks import read_aloud

HARDEST_GRADE = 8.5
LONGEST_SENTENCE = 30
YEARS_AT_GRADE_0 = 6

SENTENCE_END = re.compile(r"(?<=[.!?])[”)]*\s+")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
VOWELS = re.compile(r"[aeiouy]+")
APART = re.compile(r"(?<![stcgn])i[aou]")  # two vowels spoken apart, as in "dialysis"
SILENT = re.compile(r"(?:(?<![aeiouyl])e|(?<=[aeiouy])le|(?<=[^aeiouytd])ed)$")


def sentences(text: str) -> list[str]:
    """Of a plain text."""
    return [part for part in SENTENCE_END.split(text) if WORD.search(part)]


def syllables(word: str) -> int:
    """About how many; a number counts as one."""
    word = re.sub(r"[^a-z]", "", word.lower())
    silent = 1 if SILENT.search(word) else 0
    return max(1, len(VOWELS.findall(word)) + len(APART.findall(word)) - silent)


def grade(text: str) -> float:
    """The American school grade at which a plain text is read with ease; 0 without words."""
    words = WORD.findall(text)
    if not words:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * spoken / len(words) - 15.59


def age(text: str) -> int:
    """The age in years at which a plain text is read with ease."""
    return max(YEARS_AT_GRADE_0, round(grade(text)) + YEARS_AT_GRADE_0)


def long_sentences(text: str) -> list[str]:
    """Those of a plain text with too many words."""
    return [one for one in sentences(text) if len(WORD.findall(one)) > LONGEST_SENTENCE]


def prose(*html: str) -> str:
    """What a reader hears of several texts."""
    return "\n".join(line for text in html for line in read_aloud(text))
