"""Measure how hard a text is to read.

The grade is Flesch-Kincaid's: 0.39 * words / sentences + 11.8 * syllables / words - 15.59
(Kincaid and others, 1975). Grade 6 is read by children of about twelve.
"""

import re

from articles.text.html_blocks import spoken_lines

MAX_GRADE = 8.5
MAX_SENTENCE_WORDS = 30
AGE_AT_GRADE_0 = 6

SENTENCE_END = re.compile(r"(?<=[.!?])[”)]*\s+")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
VOWELS = re.compile(r"[aeiouy]+")
SEPARATE_VOWELS = re.compile(r"(?<![stcgn])i[aou]")  # two vowels spoken apart, as in "dialysis"
SILENT_ENDING = re.compile(r"(?:(?<![aeiouyl])e|(?<=[aeiouy])le|(?<=[^aeiouytd])ed)$")


def split_sentences(text: str) -> list[str]:
    """Split a plain text into sentences."""
    return [part for part in SENTENCE_END.split(text) if WORD.search(part)]


def count_syllables(word: str) -> int:
    """Return the approximate number of syllables of a word; 1 for a number."""
    word = re.sub(r"[^a-z]", "", word.lower())
    silent = 1 if SILENT_ENDING.search(word) else 0
    return max(1, len(VOWELS.findall(word)) + len(SEPARATE_VOWELS.findall(word)) - silent)


def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a plain text, a US school grade; 0 without words."""
    words = WORD.findall(text)
    if not words:
        return 0.0
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / len(split_sentences(text)) + 11.8 * syllables / len(words) - 15.59


def reading_age(text: str) -> int:
    """Return the age in years from which a plain text is easy to read."""
    return max(AGE_AT_GRADE_0, round(reading_grade(text)) + AGE_AT_GRADE_0)


def find_long_sentences(text: str) -> list[str]:
    """Return the sentences of a plain text with more than MAX_SENTENCE_WORDS words."""
    return [line for line in split_sentences(text) if len(WORD.findall(line)) > MAX_SENTENCE_WORDS]


def spoken_text(*html: str) -> str:
    """Return several texts of HTML as plain lines, without tables and marks."""
    return "\n".join(line for text in html for line in spoken_lines(text))
